package io.maque.hub.builtin;

import io.maque.hub.transfer.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A process of its own that unpacks the small box; its arguments: root, temporary folder. */
final class UnpackingProcess {
  private UnpackingProcess() {}

  public static void main(String[] arguments) throws IOException {
    SmallBox box = new SmallBox(1);
    Path model = box.in(Path.of(arguments[0]), Path.of(arguments[1]), Disk.SYSTEM).paths().model();
    if (!Arrays.equals(Files.readAllBytes(model), box.content(SmallBox.MODEL))) {
      throw new IllegalStateException(model + " is not what was packed");
    }
  }

  static Process start(Path root, Path temporary, Path log) throws IOException {
    // Surefire starts with a jar that only names the real class path.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx64m",
                "-cp",
                classPath,
                UnpackingProcess.class.getName(),
                root.toString(),
                temporary.toString()))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
