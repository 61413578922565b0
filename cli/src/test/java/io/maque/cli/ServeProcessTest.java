package io.maque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.fixture.TinyModels;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process of its own, and the signals that end it. */
@Timeout(120)
class ServeProcessTest {
  @TempDir private Path folder;
  private String model;

  @BeforeEach
  void writeModel() {
    model = TinyModels.chat(7).write(folder.resolve("tiny.gguf")).toString();
  }

  @Test
  void aSignalLetsARunningStreamFinish() throws Exception {
    Process serve = start("--shutdown-grace", "60s");
    String address = address(serve);
    HttpResponse<Stream<String>> stream = chat(address);
    var lines = stream.body().iterator();
    String first = lines.next();

    signal(serve, "TERM");
    List<String> rest = new ArrayList<>();
    lines.forEachRemaining(rest::add);

    assertThat(first).startsWith("data: {");
    assertThat(rest).contains("data: [DONE]");
    assertThat(serve.waitFor()).isZero();
  }

  @Test
  void theSecondSignalEndsAtOnce() throws Exception {
    Process serve = start("--shutdown-grace", "10m");
    chat(address(serve)).body().iterator().next();

    signal(serve, "TERM");
    // Whether the first was heard already is seen on standard error.
    BufferedReader err = serve.errorReader(StandardCharsets.UTF_8);
    for (String line = err.readLine(); !line.startsWith("stopping"); line = err.readLine()) {
      assertThat(line).isNotNull();
    }
    signal(serve, "TERM");

    assertThat(serve.waitFor()).isIn(130, 0);
  }

  @Test
  void wrongSettingsEndWithASentence() throws Exception {
    Process open = start("--host", "0.0.0.0");
    Process wrong = start("--max-body", "lots");

    assertThat(text(open)).contains("reachable by other machines, which needs API keys");
    assertThat(open.waitFor()).isEqualTo(1);
    assertThat(text(wrong)).contains("max-body: expected 1 bytes or more").contains("(--max-body)");
    assertThat(wrong.waitFor()).isEqualTo(1);
  }

  @Test
  void aPortThatIsTakenIsAnError() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process serve = start("--port", Integer.toString(taken.getLocalPort()));

      assertThat(text(serve)).contains("cannot listen on 127.0.0.1, port " + taken.getLocalPort());
      assertThat(serve.waitFor()).isEqualTo(1);
    }
  }

  private static HttpResponse<Stream<String>> chat(String address) throws Exception {
    String body =
        """
        {"model":"tiny","stream":true,"max_tokens":200,"seed":3,\
        "messages":[{"role":"user","content":"hi"}]}\
        """;
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address + "v1/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofLines());
  }

  private Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "io.maque.cli.Main",
            "serve",
            "--model",
            "tiny=" + model));
    if (!List.of(args).contains("--port")) {
      command.addAll(List.of("--port", "0"));
    }
    command.addAll(List.of(args));
    return new ProcessBuilder(command).start();
  }

  private static String address(Process serve) throws IOException {
    BufferedReader err = serve.errorReader(StandardCharsets.UTF_8);
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      if (line.startsWith("serving at ")) {
        return line.substring("serving at ".length());
      }
    }
    throw new IllegalStateException("the server said nothing");
  }

  private static void signal(Process process, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  private static String text(Process process) throws IOException {
    return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
