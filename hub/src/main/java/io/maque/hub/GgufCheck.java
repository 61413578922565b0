package io.maque.hub;

import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufFormatException;
import io.maque.hub.pull.FileCheck;
import io.maque.hub.transfer.PullException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Whether a fetched file is a GGUF file with all its tensors. */
final class GgufCheck implements FileCheck {
  @Override
  public void check(Path file) {
    try (GgufFile _ = GgufFile.open(file)) {
      // Opening checks the header and the extent of every tensor.
    } catch (GgufFormatException | UncheckedIOException fault) {
      throw new PullException(
          "what was fetched is not a usable model and was deleted: %s; check that the address leads to the file and not to a page about it"
              .formatted(fault.getMessage()),
          fault);
    }
  }
}
