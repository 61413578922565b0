package io.maque.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.cli.Invocation;
import io.maque.fixture.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model's life in the store: pull, list, run and chat by name, rm. */
class StoreCommandsTest {
  @TempDir private Path folder;
  private Path home;
  private String model;

  @BeforeEach
  void writeModel() {
    home = folder.resolve("home");
    model = TinyModels.chat(7).write(folder.resolve("tiny.gguf")).toString();
  }

  @Test
  void anEmptyStoreSaysHowToGetAModel() {
    Invocation list = Invocation.inHome(home, "list");

    assertThat(list.exitCode()).isZero();
    assertThat(list.out()).isEmpty();
    assertThat(list.err()).contains("maque pull");
    assertThat(Invocation.inHome(home, "list", "--json").out()).contains("\"models\":[]");
  }

  @Test
  void catalogueNamesWhatCanBePulled() throws IOException {
    JsonNode json =
        new ObjectMapper().readTree(Invocation.inHome(home, "list", "--catalogue", "--json").out());

    assertThat(json.get("models").findValuesAsText("name")).contains("smollm2-135m-instruct");
  }

  @Test
  void aPulledModelIsKnownByItsNameUntilItIsRemoved() throws IOException {
    Invocation pull = Invocation.inHome(home, "pull", model, "--name", "sparrow", "--json");
    JsonNode stored =
        new ObjectMapper()
            .readTree(Invocation.inHome(home, "list", "--json").out())
            .get("models")
            .get(0);
    Invocation run = Invocation.inHome(home, "run", "sparrow", "hi", "--max-tokens", "2");
    Invocation unasked = Invocation.inHome(home, "rm", "sparrow");
    Invocation removed = Invocation.inHome(home, "rm", "sparrow", "--yes");

    assertThat(pull.exitCode()).as(pull.err()).isZero();
    assertThat(pull.out().lines()).hasSize(1);
    assertThat(stored.get("name").asText()).isEqualTo("sparrow");
    assertThat(Path.of(stored.get("path").asText())).startsWithRaw(home);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(unasked.exitCode()).as("no terminal, no question").isEqualTo(2);
    assertThat(removed.exitCode()).isZero();
    assertThat(Invocation.inHome(home, "list").out()).isEmpty();
    assertThat(Invocation.inHome(home, "rm", "sparrow", "--yes").exitCode()).isEqualTo(1);
  }

  @Test
  void aBrokenModelCanBeRemoved() throws IOException {
    for (String damage : new String[] {"manifest.json", "tiny.gguf"}) {
      Invocation.inHome(home, "pull", model, "--name", "sparrow");
      Files.writeString(home.resolve("models/sparrow").resolve(damage), "{");

      Invocation run = Invocation.inHome(home, "run", "sparrow", "hi");
      Invocation removed = Invocation.inHome(home, "rm", "sparrow", "--yes");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(removed.exitCode()).as(removed.err()).isZero();
      assertThat(home.resolve("models/sparrow")).doesNotExist();
    }
  }

  @Test
  void bareChatTakesTheModelUsedLastAndSaysSo() throws IOException {
    Invocation.inHome(home, "pull", model, "--name", "first");
    Invocation.inHome(home, "pull", model, "--name", "second");
    Map<String, String> environment = Map.of("MAQUE_HOME", home.toString());

    Invocation newest = Invocation.with("", environment, "chat");
    Invocation named = Invocation.with("", environment, "chat", "first");
    Invocation last = Invocation.with("", environment, "chat");

    assertThat(newest.err()).contains("chatting with second");
    assertThat(named.err()).isEmpty();
    assertThat(last.err()).contains("chatting with first");
  }

  @Test
  void pipedChatTakesALineAsATurn() throws IOException {
    Path saved = folder.resolve("talk.md");
    String script = "hi\n\n你好\n/save " + saved + "\n/exit\nnever read\n";

    Invocation chat =
        Invocation.with(script, Map.of(), "chat", model, "--max-tokens", "3", "--temperature", "0");

    assertThat(chat.exitCode()).isZero();
    assertThat(chat.err()).contains("saved to");
    assertThat(Files.readString(saved))
        .startsWith("**user**\n\nhi\n\n**assistant**")
        .contains("你好");
  }

  @Test
  void aChatThatOutgrowsItsContextIsToldAndLosesNothing() {
    String question = "a".repeat(60);
    String script =
        question + "\n" + question + "\n" + question + "\n" + "/reset\n" + question + "\n";

    Invocation chat =
        Invocation.with(script, Map.of(), "chat", model, "--context", "128", "--max-tokens", "8");

    assertThat(chat.exitCode()).isZero();
    assertThat(chat.err()).contains("not answered").contains("/reset").contains("begins anew");
  }
}
