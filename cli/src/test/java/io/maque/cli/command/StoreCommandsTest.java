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
  void onAFreshMachineTheBuiltInModelIsListedAndWhatToFetch() throws IOException {
    Invocation list = Invocation.inHome(home, "list");
    JsonNode json =
        new ObjectMapper().readTree(Invocation.inHome(home, "list", "--json").out()).get("models");

    assertThat(list.exitCode()).isZero();
    assertThat(list.out()).matches("maque-nano +[0-9.]+ MB +built in\n");
    assertThat(list.err()).contains("maque pull");
    assertThat(json).hasSize(1);
    assertThat(json.get(0).get("name").asText()).isEqualTo("maque-nano");
    assertThat(json.get(0).get("source").asText()).isEqualTo("built in");
    assertThat(json.get(0).get("files").findValuesAsText("role"))
        .containsExactly("model", "projector");
    assertThat(home).as("listing writes nothing").doesNotExist();
  }

  @Test
  void theBuiltInModelIsNeitherPulledNorRemoved() {
    Invocation pull = Invocation.inHome(home, "pull", "Maque-Nano");
    Invocation remove = Invocation.inHome(home, "rm", "maque-nano", "--yes");

    assertThat(pull.exitCode()).isZero();
    assertThat(pull.err()).contains("maque-nano is built in: there is nothing to fetch");
    assertThat(Invocation.inHome(home, "pull", "maque-nano", "--json").out())
        .contains("\"source\":\"built in\"");
    assertThat(remove.exitCode()).isEqualTo(1);
    assertThat(remove.err()).contains("is built in").contains("cannot be deleted");
  }

  @Test
  void aModelOfTheUserOfThatNameGoesBeforeItUntilItIsRemoved() {
    Invocation.inHome(home, "pull", model, "--name", "maque-nano");
    Invocation own = Invocation.inHome(home, "list");
    Invocation chat = Invocation.inHome(home, "chat", "maque-nano");
    Invocation removed = Invocation.inHome(home, "rm", "maque-nano", "--yes");

    assertThat(own.out()).contains("maque-nano").contains("tiny.gguf").doesNotContain("built in");
    assertThat(chat.err()).doesNotContain("demonstration");
    assertThat(removed.exitCode()).as(removed.err()).isZero();
    assertThat(Invocation.inHome(home, "list").out()).contains("built in");
  }

  @Test
  void onAFreshMachineBareChatTalksAtOnceAndSaysWithWhom() {
    String home = this.home.toString();
    Invocation english =
        Invocation.with("Who are you?\n", Map.of("MAQUE_HOME", home), "chat", "--max-tokens", "9");
    Invocation chinese =
        Invocation.with("", Map.of("MAQUE_HOME", home, "LANG", "zh_CN.UTF-8"), "chat");

    assertThat(english.exitCode()).as(english.err()).isZero();
    assertThat(english.out()).isNotBlank();
    assertThat(english.err())
        .contains("chatting with maque-nano")
        .contains("demonstration model")
        .contains("knows nothing of the world")
        .contains("maque pull");
    assertThat(chinese.err()).contains("maque pull qwen");
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
    assertThat(Invocation.inHome(home, "list").out()).doesNotContain("sparrow");
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
