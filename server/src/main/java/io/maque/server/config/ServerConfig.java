package io.maque.server.config;

import io.maque.boot.OpenOptions;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that the operator decides, checked. {@link Setting} documents each value.
 *
 * @param imageHosts from which pictures are fetched that requests name by address; usually none
 */
public record ServerConfig(
    Listen listen,
    Models models,
    Access access,
    Tls tls,
    Limits limits,
    Logging logging,
    List<String> imageHosts) {

  /** The configuration when nothing is set. */
  public static final ServerConfig DEFAULT = of(Settings.none());

  /**
   * Reads and checks all settings.
   *
   * @throws InvalidConfigException for the first value that cannot be used
   */
  public static ServerConfig of(Settings settings) {
    return new SettingsReader(settings).read();
  }

  /**
   * Where the server listens and who may speak to it from a browser.
   *
   * @param host as it was given
   * @param address what that is
   * @param hostNames names accepted in {@code Host}, beside loopback and the machine's addresses
   * @param allowedOrigins {@code scheme://host[:port]} of web pages that may call, lower case
   */
  public record Listen(
      String host,
      InetAddress address,
      int port,
      List<String> hostNames,
      List<String> allowedOrigins) {

    /** Whether only this machine can reach it. */
    public boolean isLoopback() {
      return address.isLoopbackAddress();
    }
  }

  /**
   * Which models are offered and what they may cost.
   *
   * @param offered the models; empty means all of the store
   * @param pinned names among them that are loaded at start and stay
   * @param memoryBudgetBytes for all loaded models; empty means a share of the machine
   * @param idleUnload empty never unloads
   * @param loadTimeout longest wait for a model to load
   * @param open how each model is opened
   */
  public record Models(
      List<Offer> offered,
      List<String> pinned,
      OptionalLong memoryBudgetBytes,
      Optional<Duration> idleUnload,
      Duration loadTimeout,
      OpenOptions open) {}

  /**
   * A model that is offered.
   *
   * @param alias name that clients use; empty takes the model's own
   * @param model store name or path
   * @param projector file of its image encoder, where the store does not know it
   */
  public record Offer(Optional<String> alias, String model, Optional<Path> projector) {}

  /**
   * Who may call.
   *
   * @param keyFile file of named keys
   * @param key a single key
   * @param insecureNoAuth whether other machines may call without a key
   * @param keyRatePerMinute requests per key; 0 does not limit
   * @param keyConcurrency requests of one key at the same time; 0 does not limit
   */
  public record Access(
      Optional<Path> keyFile,
      Optional<String> key,
      boolean insecureNoAuth,
      int keyRatePerMinute,
      int keyConcurrency) {

    /** Whether any key is configured. */
    public boolean hasKeys() {
      return keyFile.isPresent() || key.isPresent();
    }

    /** Never shows the key. */
    @Override
    public String toString() {
      return "Access[keyFile=%s, key=%s, insecureNoAuth=%s, keyRatePerMinute=%d, keyConcurrency=%d]"
          .formatted(
              keyFile,
              key.isPresent() ? "********" : "none",
              insecureNoAuth,
              keyRatePerMinute,
              keyConcurrency);
    }
  }

  /** How connections are encrypted. */
  public sealed interface Tls {
    /** Not at all. */
    record Off() implements Tls {}

    /** With a certificate that this machine made for itself. */
    record SelfSigned() implements Tls {}

    /** With a certificate chain and its key from PEM files. */
    record Pem(Path certificates, Path key) implements Tls {}
  }

  /**
   * What one client, or all together, may cost.
   *
   * @param maxBodyBytes of one request
   * @param maxHeaderBytes of one request
   * @param maxHeaderFields of one request
   * @param maxConnections open at the same time
   * @param maxRequests in work at the same time
   * @param requestTimeout for a whole request to arrive
   * @param writeTimeout for a client to take what is written to it
   * @param idleTimeout between requests of a connection
   * @param shutdownGrace for running requests when the server stops
   */
  public record Limits(
      long maxBodyBytes,
      int maxHeaderBytes,
      int maxHeaderFields,
      int maxConnections,
      int maxRequests,
      Duration requestTimeout,
      Duration writeTimeout,
      Duration idleTimeout,
      Duration shutdownGrace) {}

  /**
   * What is written down about requests.
   *
   * @param accessLog where
   * @param prompts whether the bodies of requests are written too
   */
  public record Logging(AccessLogTarget accessLog, boolean prompts) {}

  /** Where the access log goes. */
  public sealed interface AccessLogTarget {
    /** Nowhere. */
    record Off() implements AccessLogTarget {}

    /** To standard error. */
    record StandardError() implements AccessLogTarget {}

    /** To the end of a file. */
    record AppendTo(Path file) implements AccessLogTarget {}
  }
}
