package io.maque.hub.store;

import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.Quoted;
import java.util.regex.Pattern;

/**
 * One file of a stored model.
 *
 * @param name plain file name within the model's directory
 * @param sha256 64 lower-case hexadecimal digits, computed when the file arrived
 */
public record StoredFile(String name, FileRole role, long bytes, String sha256) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]{0,199}\\.gguf");

  public StoredFile {
    requirePlain(name);
    if (bytes < 0) {
      throw new StoreException("file %s: %d bytes, expected at least 0".formatted(name, bytes));
    }
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new StoreException(
          "file %s: its sha256 is not 64 lower-case hexadecimal digits".formatted(name));
    }
  }

  /** Fails unless {@code name} is one path element that ends in {@code .gguf}. */
  public static void requirePlain(String name) {
    if (!PLAIN.matcher(name).matches()) {
      throw new StoreException(
          "\"%s\" is not a file name of the store; expected letters, digits, '.', '_', '+' and '-', then .gguf"
              .formatted(Quoted.shorten(name)));
    }
  }
}
