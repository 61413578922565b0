package io.maque.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.server.EndlessModel;
import io.maque.server.TinyServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** The official libraries for Python; what is checked stands in the scripts of src/test/python. */
@Tag("real")
@Timeout(120)
class PythonClientsTest {
  private static final Path SCRIPTS = Path.of("src", "test", "python").toAbsolutePath();
  private static final Path LIBRARIES =
      Path.of(System.getProperty("maque.fixtures"), "python-clients");

  private static TinyServer server;
  private static TinyServer withEyes;

  @BeforeAll
  static void start() {
    assertThat(LIBRARIES)
        .as("Python libraries are missing: run scripts/fetch-fixtures first")
        .isDirectory();
    server = TinyServer.start();
    withEyes = TinyServer.startWithEyes();
  }

  @AfterAll
  static void stop() {
    server.close();
    withEyes.close();
  }

  @TestFactory
  Stream<DynamicTest> openai() throws Exception {
    return checks("openai_checks.py");
  }

  @TestFactory
  Stream<DynamicTest> ollama() throws Exception {
    return checks("ollama_checks.py");
  }

  private static Stream<DynamicTest> checks(String script) throws Exception {
    List<JsonNode> results = run(script).lines().map(TinyServer::json).toList();

    assertThat(results).as("checks of %s", script).hasSizeGreaterThan(8);
    Eventually.await("streams that were left are cancelled", () -> EndlessModel.running() == 0);
    return results.stream()
        .map(result ->
            DynamicTest.dynamicTest(
                result.get("check").asText(),
                () ->
                    assertThat(result.get("error").isNull())
                        .as(result.get("error").asText())
                        .isTrue()));
  }

  private static String run(String script) throws IOException, InterruptedException {
    Path err = Files.createTempFile("python", ".err");
    ProcessBuilder python =
        new ProcessBuilder(
            "python3",
            SCRIPTS.resolve(script).toString(),
            "http://127.0.0.1:" + server.port(),
            "http://127.0.0.1:" + withEyes.port());
    python.environment().put("PYTHONPATH", LIBRARIES.toString());
    python.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process = python.redirectError(err.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(err)).isZero();
    Files.delete(err);
    return out;
  }
}
