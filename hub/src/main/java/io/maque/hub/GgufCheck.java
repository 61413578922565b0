package io.maque.hub;

import io.maque.hub.pull.FileCheck;
import io.maque.hub.transfer.PullException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Whether a fetched file is a GGUF file. */
final class GgufCheck implements FileCheck {
  private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

  @Override
  public void check(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      if (!Arrays.equals(stream.readNBytes(MAGIC.length), MAGIC)) {
        throw new PullException(
            "%s is not a GGUF file; check that the address leads to the file and not to a page about it"
                .formatted(file.getFileName()));
      }
    } catch (IOException fault) {
      throw new PullException("%s cannot be read: %s".formatted(file, fault.getMessage()), fault);
    }
  }
}
