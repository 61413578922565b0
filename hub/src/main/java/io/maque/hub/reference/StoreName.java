package io.maque.hub.reference;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a model in the local store, and of its directory.
 *
 * <p>Lower case only, because some file systems do not tell cases apart; no separators and no
 * leading dot, so that a name can never leave the store or hide in it.
 */
public record StoreName(String value) implements Comparable<StoreName> {
  private static final int MAX_LENGTH = 96;
  private static final Pattern SHAPE = Pattern.compile("[a-z0-9][a-z0-9._+-]*");
  // Windows opens devices under these names, with any extension.
  private static final Pattern DEVICE =
      Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

  public StoreName {
    Optional<String> fault = faultOf(value);
    if (fault.isPresent()) {
      throw new InvalidReferenceException(
          "\"%s\" is not a model name: %s; expected letters, digits, '.', '_', '+' or '-', such as qwen2.5-0.5b-instruct"
              .formatted(Quoted.shorten(value), fault.get()));
    }
  }

  /** The name for a text in any case. */
  public static StoreName of(String text) {
    return new StoreName(text.toLowerCase(Locale.ROOT));
  }

  /** Whether {@code text} is, as it stands, a valid name. */
  public static boolean isValid(String text) {
    return faultOf(text).isEmpty();
  }

  /**
   * The nearest valid name for a text from elsewhere, such as a file or repository name: its {@code
   * .gguf} ending is dropped and every other character becomes {@code -}.
   */
  public static StoreName derivedFrom(String text) {
    String lower = text.toLowerCase(Locale.ROOT).replaceFirst("[.-]gguf$", "");
    String plain =
        lower
            .replaceAll("[^a-z0-9._+-]+", "-")
            .replaceAll("\\.\\.+", ".")
            .replaceFirst("^[._+-]+", "");
    String cut = plain.substring(0, Math.min(plain.length(), MAX_LENGTH));
    return new StoreName(cut.replaceFirst("[._+-]+$", ""));
  }

  private static Optional<String> faultOf(String value) {
    if (value.isEmpty()) {
      return Optional.of("it is empty");
    }
    if (value.length() > MAX_LENGTH) {
      return Optional.of("it is longer than %d characters".formatted(MAX_LENGTH));
    }
    if (!SHAPE.matcher(value).matches()) {
      return Optional.of("it has other characters or starts with punctuation");
    }
    if (value.contains("..") || value.endsWith(".")) {
      return Optional.of("it has two dots in a row or ends with one");
    }
    if (DEVICE.matcher(value).matches()) {
      return Optional.of("some systems reserve it for a device");
    }
    return Optional.empty();
  }

  @Override
  public int compareTo(StoreName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
