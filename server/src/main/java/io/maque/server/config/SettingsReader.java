package io.maque.server.config;

import io.maque.boot.OpenOptions;
import io.maque.server.config.ServerConfig.Access;
import io.maque.server.config.ServerConfig.AccessLogTarget;
import io.maque.server.config.ServerConfig.Limits;
import io.maque.server.config.ServerConfig.Listen;
import io.maque.server.config.ServerConfig.Logging;
import io.maque.server.config.ServerConfig.Models;
import io.maque.server.config.ServerConfig.Offer;
import io.maque.server.config.ServerConfig.Tls;
import io.maque.server.config.Settings.Given;
import io.maque.tensor.TensorType;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Texts to values. Every message names the setting, what was expected, the text and its origin. */
final class SettingsReader {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern BYTES = Pattern.compile("(\\d{1,18})([kmgt]?)(?:i?b)?");
  private static final Pattern HOST_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?");
  private static final int MIN_KEY_LENGTH = 16;

  private final Settings settings;

  SettingsReader(Settings settings) {
    this.settings = settings;
  }

  ServerConfig read() {
    ServerConfig config =
        new ServerConfig(
            listen(),
            models(),
            access(),
            tls(),
            limits(),
            logging(),
            settings.all(Setting.IMAGE_HOST).stream().map(this::imageHost).toList());
    requireKeysForOtherMachines(config);
    return config;
  }

  /** Whoever reaches a server may spend its processors; a key is the least that should be asked. */
  private void requireKeysForOtherMachines(ServerConfig config) {
    Access access = config.access();
    if (!config.listen().isLoopback() && !access.hasKeys() && !access.insecureNoAuth()) {
      throw new InvalidConfigException(
          ("host: %s (%s) is reachable by other machines, which needs API keys; give --api-key-file"
                  + " or the variable %s, or serve everybody with --insecure-no-auth")
              .formatted(
                  config.listen().host(),
                  given(Setting.HOST).origin(),
                  Setting.API_KEY.variable()));
    }
  }

  private Listen listen() {
    return new Listen(
        given(Setting.HOST).text(),
        address(),
        integer(Setting.PORT, 0, 65535),
        settings.all(Setting.HOST_NAME).stream().map(this::hostName).toList(),
        settings.all(Setting.ALLOW_ORIGIN).stream().map(this::origin).toList());
  }

  private String imageHost(Given given) {
    return given.text().equals("*") ? given.text() : hostName(given);
  }

  private InetAddress address() {
    Given host = given(Setting.HOST);
    try {
      if (host.text().isEmpty()) {
        throw refused(Setting.HOST, "an address or name of this machine", host);
      }
      return InetAddress.getByName(host.text());
    } catch (UnknownHostException e) {
      throw refused(Setting.HOST, "an address or name of this machine", host, e);
    }
  }

  private String hostName(Given given) {
    String name = given.text().toLowerCase(Locale.ROOT);
    if (!HOST_NAME.matcher(name).matches()) {
      throw refused(Setting.HOST_NAME, "a host name without port, such as maque.lan", given);
    }
    return name;
  }

  private String origin(Given given) {
    String expected = "an origin without path, such as https://example.org";
    try {
      URI uri = new URI(given.text().toLowerCase(Locale.ROOT));
      boolean plain =
          ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
              && uri.getHost() != null
              && uri.getRawUserInfo() == null
              && uri.getRawPath().isEmpty()
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null;
      if (plain) {
        return uri.toString();
      }
    } catch (URISyntaxException e) {
      throw refused(Setting.ALLOW_ORIGIN, expected, given, e);
    }
    throw refused(Setting.ALLOW_ORIGIN, expected, given);
  }

  private Models models() {
    Given budget = given(Setting.MEMORY_BUDGET);
    return new Models(
        offers(),
        settings.all(Setting.PIN).stream().map(Given::text).toList(),
        budget.text().equals("auto")
            ? OptionalLong.empty()
            : OptionalLong.of(bytes(Setting.MEMORY_BUDGET, 1 << 20)),
        given(Setting.IDLE_UNLOAD).text().equals("never")
            ? Optional.empty()
            : Optional.of(duration(Setting.IDLE_UNLOAD)),
        duration(Setting.LOAD_TIMEOUT),
        open());
  }

  private List<Offer> offers() {
    List<Offer> offers =
        settings.all(Setting.MODEL).stream()
            .map(this::offer)
            .collect(Collectors.toCollection(ArrayList::new));
    for (Given given : settings.all(Setting.MMPROJ)) {
      int equals = given.text().indexOf('=');
      String name = given.text().substring(0, Math.max(0, equals));
      List<Offer> meant =
          offers.stream()
              .filter(o -> equals < 0 || o.alias().orElse(o.model()).equals(name))
              .toList();
      if (meant.size() != 1 || given.text().length() == equals + 1) {
        throw refused(
            Setting.MMPROJ, "FILE beside one --model, or MODEL=FILE with one of several", given);
      }
      Offer offer = meant.getFirst();
      Optional<Path> file = Optional.of(path(Setting.MMPROJ, given, equals + 1));
      offers.set(offers.indexOf(offer), new Offer(offer.alias(), offer.model(), file));
    }
    return List.copyOf(offers);
  }

  private Offer offer(Given given) {
    String text = given.text();
    int equals = text.indexOf('=');
    if (text.isEmpty() || equals == 0 || equals == text.length() - 1) {
      throw refused(Setting.MODEL, "MODEL or ALIAS=MODEL", given);
    }
    return equals < 0
        ? new Offer(Optional.empty(), text, Optional.empty())
        : new Offer(
            Optional.of(text.substring(0, equals)), text.substring(equals + 1), Optional.empty());
  }

  private OpenOptions open() {
    OpenOptions options =
        OpenOptions.DEFAULT
            .withContextLength(integer(Setting.CONTEXT, 0, Integer.MAX_VALUE))
            .withMaxSequences(integer(Setting.MAX_SEQUENCES, 1, 1024))
            .withQueueCapacity(integer(Setting.QUEUE, 0, 1_000_000))
            .withThreads(integer(Setting.THREADS, 0, 1024))
            .withKvCacheType(cacheType());
    return settings
        .find(Setting.KERNELS)
        .map(Given::text)
        .map(options::withKernels)
        .orElse(options);
  }

  private TensorType cacheType() {
    Given given = given(Setting.KV_TYPE);
    return switch (given.text().toLowerCase(Locale.ROOT)) {
      case "f16" -> TensorType.F16;
      case "q8_0" -> TensorType.Q8_0;
      default -> throw refused(Setting.KV_TYPE, "f16 or q8_0", given);
    };
  }

  private Access access() {
    Optional<Given> key = settings.find(Setting.API_KEY);
    if (key.isPresent() && key.get().text().length() < MIN_KEY_LENGTH) {
      throw new InvalidConfigException(
          "%s: expected at least %d characters, found %d (%s); openssl rand -hex 32 makes a good key"
              .formatted(
                  Setting.API_KEY.key(),
                  MIN_KEY_LENGTH,
                  key.get().text().length(),
                  key.get().origin()));
    }
    return new Access(
        path(Setting.API_KEY_FILE),
        key.map(Given::text),
        bool(Setting.INSECURE_NO_AUTH),
        integer(Setting.KEY_RATE, 0, 1_000_000),
        integer(Setting.KEY_CONCURRENCY, 0, 1_000_000));
  }

  private Tls tls() {
    Optional<Path> certificates = path(Setting.TLS_CERT);
    Optional<Path> key = path(Setting.TLS_KEY);
    if (certificates.isPresent() != key.isPresent()) {
      throw new InvalidConfigException(
          "expected both tls-cert and tls-key, found only %s"
              .formatted(certificates.isPresent() ? "tls-cert" : "tls-key"));
    }
    Given mode = given(Setting.TLS);
    boolean files = certificates.isPresent();
    boolean filesAlone = files && settings.find(Setting.TLS).isEmpty();
    if (files && (filesAlone || mode.text().equals("pem"))) {
      return new Tls.Pem(certificates.get(), key.orElseThrow());
    }
    if (files) {
      throw refused(Setting.TLS, "pem, since tls-cert and tls-key are given", mode);
    }
    return switch (mode.text()) {
      case "off" -> new Tls.Off();
      case "self-signed" -> new Tls.SelfSigned();
      case "pem" -> throw refused(Setting.TLS, "tls-cert and tls-key with it", mode);
      default -> throw refused(Setting.TLS, "off, self-signed or pem", mode);
    };
  }

  private Limits limits() {
    return new Limits(
        bytes(Setting.MAX_BODY, 1),
        Math.toIntExact(Math.min(bytes(Setting.MAX_HEADER, 1024), 16 << 20)),
        integer(Setting.MAX_HEADER_FIELDS, 10, 10_000),
        integer(Setting.MAX_CONNECTIONS, 1, 1_000_000),
        integer(Setting.MAX_REQUESTS, 1, 1_000_000),
        duration(Setting.REQUEST_TIMEOUT),
        duration(Setting.WRITE_TIMEOUT),
        duration(Setting.IDLE_TIMEOUT),
        duration(Setting.SHUTDOWN_GRACE));
  }

  private Logging logging() {
    Given target = given(Setting.ACCESS_LOG);
    AccessLogTarget accessLog =
        switch (target.text()) {
          case "off" -> new AccessLogTarget.Off();
          case "-" -> new AccessLogTarget.StandardError();
          default -> new AccessLogTarget.AppendTo(path(Setting.ACCESS_LOG).orElseThrow());
        };
    return new Logging(accessLog, bool(Setting.LOG_PROMPTS));
  }

  /** The text of a setting that always has one. */
  private Given given(Setting setting) {
    return settings.find(setting).orElseGet(() -> new Given(setting.defaultText(), "the default"));
  }

  private int integer(Setting setting, int min, int max) {
    Given given = given(setting);
    if (given.text().matches("\\d{1,10}")) {
      long value = Long.parseLong(given.text());
      if (value >= min && value <= max) {
        return (int) value;
      }
    }
    throw refused(setting, "a whole number from %d to %d".formatted(min, max), given);
  }

  private boolean bool(Setting setting) {
    Given given = given(setting);
    return switch (given.text()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refused(setting, "true or false", given);
    };
  }

  private Duration duration(Setting setting) {
    Given given = given(setting);
    Matcher matcher = DURATION.matcher(given.text());
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw refused(setting, "a time such as 500ms, 30s, 5m or 1h", given);
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }

  private long bytes(Setting setting, long min) {
    Given given = given(setting);
    Matcher matcher = BYTES.matcher(given.text().toLowerCase(Locale.ROOT));
    if (matcher.matches()) {
      int shift = 10 * (" kmgt".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2)));
      long count = Long.parseLong(matcher.group(1));
      if (count >= Math.ceilDiv(min, 1L << shift) && count <= Long.MAX_VALUE >> shift) {
        return count << shift;
      }
    }
    throw refused(setting, "%d bytes or more, such as 512k, 32m or 4g".formatted(min), given);
  }

  private Optional<Path> path(Setting setting) {
    return settings.find(setting).map(given -> path(setting, given, 0));
  }

  /** The path that begins at a character of what was given. */
  private static Path path(Setting setting, Given given, int begin) {
    try {
      return Path.of(given.text().substring(begin));
    } catch (InvalidPathException e) {
      throw refused(setting, "the path of a file", given, e);
    }
  }

  private static InvalidConfigException refused(Setting setting, String expected, Given found) {
    return refused(setting, expected, found, null);
  }

  private static InvalidConfigException refused(
      Setting setting, String expected, Given found, Throwable cause) {
    return new InvalidConfigException(
        "%s: expected %s, found \"%s\" (%s)"
            .formatted(setting.key(), expected, found.text(), found.origin()),
        cause);
  }
}
