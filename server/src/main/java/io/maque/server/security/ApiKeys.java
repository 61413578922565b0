package io.maque.server.security;

import io.maque.metrics.Stopwatch;
import io.maque.server.config.InvalidConfigException;
import io.maque.server.config.ServerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The keys that may call.
 *
 * <p>The file has a key a line: {@code NAME KEY [rate=N] [concurrency=N]}, where KEY is the key
 * itself or {@code sha256:} and the 64 hexadecimal digits of its digest, and {@code #} begins a
 * comment.
 */
public final class ApiKeys {
  private static final int MIN_KEY_LENGTH = 16;
  private static final int MAX_KEYS = 10_000;
  private static final long MAX_FILE_BYTES = 4 << 20;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@+-]{1,64}");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-fA-F]{64}");
  private static final Pattern LIMIT = Pattern.compile("(rate|concurrency)=(\\d{1,7})");

  private final List<ApiKey> keys;

  private ApiKeys(List<ApiKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * The keys that the configuration names.
   *
   * @throws InvalidConfigException naming the line that cannot be read; never showing a key
   */
  public static ApiKeys read(ServerConfig.Access access) {
    Stopwatch clock = Stopwatch.start();
    List<ApiKey> keys = new ArrayList<>();
    access
        .key()
        .ifPresent(key ->
            keys.add(
                new ApiKey(
                    "default",
                    sha256(key),
                    access.keyRatePerMinute(),
                    access.keyConcurrency(),
                    clock)));
    access.keyFile().ifPresent(file -> readFile(file, access, clock, keys));
    return new ApiKeys(keys);
  }

  private static void readFile(
      Path file, ServerConfig.Access access, Stopwatch clock, List<ApiKey> keys) {
    List<String> lines = lines(file);
    int before = keys.size();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("(^|\\s)#.*", "").strip();
      if (!line.isEmpty()) {
        ApiKey key = parse(line.split("\\s+"), file + " line " + (i + 1), access, clock);
        if (keys.stream().anyMatch(other -> other.name().equals(key.name()))) {
          throw new InvalidConfigException(
              "%s line %d: there is a key called %s already".formatted(file, i + 1, key.name()));
        }
        keys.add(key);
      }
    }
    if (keys.size() == before || keys.size() > MAX_KEYS) {
      throw new InvalidConfigException(
          "%s: expected 1 to %d keys, found %d".formatted(file, MAX_KEYS, keys.size() - before));
    }
  }

  private static ApiKey parse(
      String[] words, String origin, ServerConfig.Access access, Stopwatch clock) {
    if (words.length < 2 || !NAME.matcher(words[0]).matches()) {
      throw new InvalidConfigException(
          origin + ": expected NAME KEY [rate=N] [concurrency=N], a name of letters and digits");
    }
    int rate = access.keyRatePerMinute();
    int concurrency = access.keyConcurrency();
    for (int i = 2; i < words.length; i++) {
      var limit = LIMIT.matcher(words[i]);
      if (!limit.matches()) {
        throw new InvalidConfigException(
            origin + ": after the key expected rate=N or concurrency=N");
      }
      int value = Integer.parseInt(limit.group(2));
      if (limit.group(1).equals("rate")) {
        rate = value;
      } else {
        concurrency = value;
      }
    }
    return new ApiKey(words[0], digest(words[1], origin), rate, concurrency, clock);
  }

  private static byte[] digest(String key, String origin) {
    if (DIGEST.matcher(key).matches()) {
      return HexFormat.of().parseHex(key.substring("sha256:".length()));
    }
    if (key.startsWith("sha256:") || key.length() < MIN_KEY_LENGTH) {
      throw new InvalidConfigException(
          "%s: expected a key of at least %d characters or sha256: and 64 hexadecimal digits"
              .formatted(origin, MIN_KEY_LENGTH));
    }
    return sha256(key);
  }

  private static List<String> lines(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new InvalidConfigException(file + ": expected a file of at most 4 MiB");
      }
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new InvalidConfigException(
          "cannot read the API keys in %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Whether there are none, so that everybody may call. */
  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /**
   * The key of that text. Digests are compared, each with every key, so the time tells nothing
   * about how much of a guess was right, nor which key it was.
   */
  public Optional<ApiKey> find(String presented) {
    byte[] digest = sha256(presented);
    ApiKey found = null;
    for (ApiKey key : keys) {
      found = key.matches(digest) ? key : found;
    }
    return Optional.ofNullable(found);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
