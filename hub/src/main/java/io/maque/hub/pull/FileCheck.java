package io.maque.hub.pull;

import java.nio.file.Path;

/** Decides whether a fetched file is what it should be, before it gets its final name. */
@FunctionalInterface
public interface FileCheck {
  /**
   * @throws RuntimeException with a sentence when {@code file} is not usable
   */
  void check(Path file);
}
