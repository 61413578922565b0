package io.maque.hub.quantize;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A process of its own that stops in the middle of a file; its arguments: source, target. */
final class QuantizingProcess {
  private QuantizingProcess() {}

  public static void main(String[] arguments) {
    QuantizeProgress forever =
        (done, total) -> {
          if (done > total / 2) {
            awaitTheEnd();
          }
        };
    new Quantizer(QuantizeOptions.of(FileType.Q8_0), forever)
        .quantize(Path.of(arguments[0]), Path.of(arguments[1]));
  }

  private static void awaitTheEnd() {
    System.out.println("halfway");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static Process start(Path source, Path target, File errors) throws IOException {
    // Surefire starts with a jar that only names the real class path.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx64m",
                "-cp",
                classPath,
                QuantizingProcess.class.getName(),
                source.toString(),
                target.toString()))
        .redirectError(errors)
        .start();
  }
}
