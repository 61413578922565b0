package io.maque.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.cli.Invocation;
import io.maque.fixture.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look into files: inspect, tokenize, perplexity, kernels. */
class FileCommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private String model;

  @BeforeEach
  void writeModel() {
    model = TinyModels.chat(7).write(folder.resolve("tiny.gguf")).toString();
  }

  @Test
  void inspectShowsMetadataAndTensors() throws IOException {
    Invocation text = Invocation.of("inspect", model);
    JsonNode json = JSON.readTree(Invocation.of("inspect", model, "--json").out());

    assertThat(text.exitCode()).isZero();
    assertThat(text.out())
        .contains("tiny.gguf: GGUF version 3")
        .containsPattern("general\\.architecture +llama")
        .containsPattern("blk\\.0\\.attn_q\\.weight +Q8_0 +\\[32, 32] +1\\.1 kB");
    assertThat(json.get("metadata").get("general.architecture").asText()).isEqualTo("llama");
    assertThat(json.get("metadata").get("tokenizer.ggml.tokens").isArray()).isTrue();
    JsonNode tensor = json.get("tensors").get(1);
    assertThat(tensor.toString())
        .isEqualTo(
            """
            {"name":"blk.0.attn_norm.weight","type":"F32","shape":[32],"bytes":128}\
            """);
  }

  @Test
  void inspectRendersAnyTemplate() throws IOException {
    Path template =
        write("t.jinja", "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}");
    Path one = write("one.json", "{\"messages\":[{\"role\":\"user\",\"content\":\"麻雀\"}]}");
    Path many = write("many.json", "[{\"messages\":[]},{\"messages\":7}]");

    Invocation text =
        Invocation.of("inspect", "--render", template.toString(), "--input", one.toString());
    Invocation array =
        Invocation.of(
            "inspect", "--render", template.toString(), "--input", many.toString(), "--json");

    assertThat(text.out()).isEqualTo("<user>麻雀");
    JsonNode json = JSON.readTree(array.out());
    assertThat(json.get(0).toString()).isEqualTo("{\"prompt\":\"\"}");
    assertThat(json.get(1).get("error").asText()).contains("line 1");
  }

  @Test
  void inspectAnswersEveryContextOfAnArrayWhateverIsWrong() throws IOException {
    Path template = write("t.jinja", "{{ name }}");
    Path broken = write("broken.jinja", "{% if %}");
    Path contexts = write("contexts.json", "[{\"name\":\"a\"}, 7, null]");

    JsonNode answers = JSON.readTree(renderAll(template, contexts).out());
    JsonNode refusals = JSON.readTree(renderAll(broken, contexts).out());

    assertThat(answers.get(0).toString()).isEqualTo("{\"prompt\":\"a\"}");
    assertThat(answers.get(1).get("error").asText()).contains("expected an object");
    assertThat(answers.get(2).get("error").asText()).contains("found null");
    assertThat(refusals).hasSize(3).allMatch(refusal -> refusal.has("error"));
  }

  private static Invocation renderAll(Path template, Path contexts) {
    return Invocation.of(
        "inspect", "--render", template.toString(), "--input", contexts.toString(), "--json");
  }

  @Test
  void inspectRendersTheModelsOwnTemplateAtAGivenTime() throws IOException {
    Path context = write("c.json", "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    Path clock = write("clock.jinja", "{{ strftime_now('%d %b %Y %H:%M:%S') }}");
    Path empty = write("empty.json", "{}");

    Invocation own = Invocation.of("inspect", model, "--input", context.toString());
    Invocation timed =
        Invocation.of(
            "inspect",
            "--render",
            clock.toString(),
            "--input",
            empty.toString(),
            "--now",
            "2025-03-14T09:26:53");

    assertThat(own.out()).isEqualTo("<|im_start|>user\nhi<|im_end|>\n");
    assertThat(timed.out()).isEqualTo("14 Mar 2025 09:26:53");
  }

  @Test
  void tokenizePrintsIdsAndReadsThemBack() throws IOException {
    Path file = write("text.txt", "the 麻雀<|im_end|>");

    Invocation ids = Invocation.of("tokenize", model, "--file", file.toString());
    JsonNode json =
        JSON.readTree(Invocation.of("tokenize", model, "--file", file.toString(), "--json").out());
    Invocation back = Invocation.of("tokenize", model, ids.out().strip(), "--decode");
    JsonNode special =
        JSON.readTree(
            Invocation.of("tokenize", model, "--file", file.toString(), "--json", "--special")
                .out());

    assertThat(ids.out().strip().split(" ")).hasSize(json.get("tokens").size());
    assertThat(back.out()).isEqualTo("the 麻雀<|im_end|>\n");
    assertThat(special.get("tokens").size()).isLessThan(json.get("tokens").size());
  }

  @Test
  void textsAreSeparatedByNul() throws IOException {
    Invocation separated =
        Invocation.with("the\0\0a", Map.of(), "tokenize", model, "--null-separated", "--json");

    JsonNode texts = JSON.readTree(separated.out()).get("texts");
    assertThat(texts).hasSize(3);
    assertThat(texts.get(0)).hasSize(1);
    assertThat(texts.get(1)).isEmpty();
  }

  @Test
  void tokenizeRefusesWhatIsNoText() throws IOException {
    Path latin1 = folder.resolve("latin1.txt");
    Files.write(latin1, new byte[] {'c', 'a', 'f', (byte) 0xe9});

    Invocation bytes = Invocation.of("tokenize", model, "--file", latin1.toString());
    Invocation place = Invocation.of("tokenize", model, "--file", folder.toString());
    Invocation ids = Invocation.of("tokenize", model, "--decode", "1 999999");
    Invocation both = Invocation.of("tokenize", model, "text", "--file", latin1.toString());

    assertThat(bytes.exitCode()).isEqualTo(1);
    assertThat(bytes.err()).contains("latin1.txt").contains("offset 3").hasLineCount(1);
    assertThat(place.exitCode()).isEqualTo(1);
    assertThat(place.err()).contains(folder.toString()).contains("a directory").hasLineCount(1);
    assertThat(ids.exitCode()).isEqualTo(1);
    assertThat(ids.err()).contains("999999");
    assertThat(both.exitCode()).isEqualTo(2);
  }

  @Test
  void perplexityGivesOneFigureLessThanTokens() throws IOException {
    Path file = write("text.txt", "the then an ant");

    JsonNode json =
        JSON.readTree(
            Invocation.of("perplexity", model, "--file", file.toString(), "--json").out());
    Invocation text = Invocation.of("perplexity", model, "--file", file.toString());

    int tokens = json.get("tokens").size();
    double sum = 0;
    for (JsonNode logprob : json.get("logprob")) {
      assertThat(logprob.asDouble()).isNegative();
      sum -= logprob.asDouble();
    }
    assertThat(json.get("logprob")).hasSize(tokens - 1);
    assertThat(json.get("argmax")).hasSize(tokens - 1);
    assertThat(json.get("mean_nll").asDouble())
        .isCloseTo(sum / (tokens - 1), org.assertj.core.data.Offset.offset(1e-5));
    assertThat(text.out()).startsWith(tokens + " tokens, mean negative log-likelihood");
  }

  @Test
  void perplexityOfATextThatDoesNotFitIsRefused() throws IOException {
    Path longText = write("long.txt", "x ".repeat(TinyModels.CONTEXT_LENGTH));
    Path shortText = write("short.txt", "x");

    Invocation tooLong = Invocation.of("perplexity", model, "--file", longText.toString());
    Invocation tooShort = Invocation.of("perplexity", model, "--file", shortText.toString());

    assertThat(tooLong.exitCode()).isEqualTo(1);
    assertThat(tooLong.err()).contains("context").hasLineCount(1);
    assertThat(tooShort.exitCode()).isEqualTo(1);
    assertThat(tooShort.err()).contains("at least 2 tokens");
  }

  @Test
  void kernelsShowsTheTableAndTheRungs() throws IOException {
    Invocation text = Invocation.of("kernels");
    JsonNode json = JSON.readTree(Invocation.of("kernels", "--json").out());

    assertThat(text.out()).containsPattern("scalar +usable").containsPattern("matMul +Q4_K");
    assertThat(json.get("rungs").findValuesAsText("name")).contains("scalar");
    assertThat(json.get("kernels").get(0).fieldNames())
        .toIterable()
        .containsExactly("operation", "format", "kernel", "rung");
  }

  @Test
  void damagedModelsAreOneSentence() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(model));
    Random random = new Random(20);
    for (int i = 0; i < 40; i++) {
      Path damaged = folder.resolve("damaged.gguf");
      Files.write(damaged, Arrays.copyOf(whole, random.nextInt(whole.length)));
      for (String[] command :
          new String[][] {
            {"inspect"}, {"tokenize", "hi"}, {"run", "hi"}, {"perplexity", "--file=" + model}
          }) {
        String[] args = new String[command.length + 1];
        args[0] = command[0];
        args[1] = damaged.toString();
        System.arraycopy(command, 1, args, 2, command.length - 1);
        Invocation failed = Invocation.of(args);

        assertThat(failed.exitCode()).as("%s, seed 20, round %d", command[0], i).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).startsWith("maque: ").hasLineCount(1);
      }
    }
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
