package io.maque.hub;

import io.maque.hub.builtin.SmallBox;
import io.maque.hub.catalogue.Catalogue;
import io.maque.hub.pull.PullOptions;
import io.maque.hub.transfer.Disk;
import io.maque.hub.transfer.Progress;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** A process of its own that pulls one model; its arguments: store, endpoint, reference. */
final class PullingProcess {
  private PullingProcess() {}

  public static void main(String[] arguments) {
    try (HubFixture fixture = new HubFixture(Path.of(arguments[0]))) {
      Hub.open(
              fixture.config(Path.of(arguments[0]), URI.create(arguments[1])),
              SmallBox.model(Path.of(arguments[0]).resolveSibling("built-in")),
              () -> Catalogue.parse(ByteBuffer.wrap("{}".getBytes())),
              Disk.SYSTEM,
              new GgufCheck(),
              InstantSource.system())
          .pull(arguments[2], PullOptions.DEFAULT, Progress.NONE);
    }
  }

  static Process start(Path store, URI endpoint, String reference, File log) throws IOException {
    // Surefire starts with a jar that only names the real class path.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-cp",
                classPath,
                PullingProcess.class.getName(),
                store.toString(),
                endpoint.toString(),
                reference))
        .redirectErrorStream(true)
        .redirectOutput(log)
        .start();
  }
}
