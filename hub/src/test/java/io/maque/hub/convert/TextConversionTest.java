package io.maque.hub.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.gguf.GgufFile;
import io.maque.tokenizer.Special;
import io.maque.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints of transformers against the reference's conversion and transformers' own answers. */
class TextConversionTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "qwen2, F16",
    "qwen2, F32",
    "llama, F16",
    "llama, F32",
    "phi3, F16",
    "phi3, F32",
    "qwen3, F16",
    "qwen3, F32",
    "gemma3, F16",
    "gemma3, F32"
  })
  void tensorsAreTheReferences(GoldenCheckpoint golden, String type) {
    ConversionChecks.assertTensors(convert(golden, type), golden.document("reference").get(type));
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "phi3", "qwen3", "gemma3"})
  void metadataIsTheReferences(GoldenCheckpoint golden) {
    ConversionChecks.assertMetadata(
        convert(golden, "F16"), golden.document("reference"), key -> isOrderOfMerges(golden, key));
  }

  /** Merges have an order and no scores; what SentencePiece gives single characters is lost. */
  private static boolean isOrderOfMerges(GoldenCheckpoint golden, String key) {
    return golden.name().equals("phi3") && key.equals("tokenizer.ggml.scores");
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "phi3", "qwen3", "gemma3", "awq"})
  void logitsAreThoseOfTransformers(GoldenCheckpoint golden) {
    ConversionChecks.assertLogits(convert(golden, "F32"), golden);
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "phi3", "gemma3"})
  void tokensAreThoseOfTheOriginalTokenizer(GoldenCheckpoint golden) {
    try (GgufFile file = GgufFile.open(convert(golden, "F16"))) {
      Tokenizer tokenizer = Tokenizer.from(file.metadata());
      for (JsonNode line : golden.document("tokens")) {
        List<Integer> expected = line.get("ids").valueStream().map(JsonNode::asInt).toList();
        List<Integer> found = new ArrayList<>();
        if (tokenizer.addBos()) {
          found.add(tokenizer.bos().orElseThrow());
        }
        String text = line.get("text").asText();
        Arrays.stream(tokenizer.encode(text, Special.PARSE)).forEach(found::add);
        assertThat(found).as(text).isEqualTo(expected);
      }
    }
  }

  private Path convert(GoldenCheckpoint golden, String type) {
    Path target = folder.resolve(golden.name() + ".gguf");
    new Converter(ConvertOptions.of(TargetType.of(type)), ConvertProgress.NONE)
        .convert(golden.folder(), target, Optional.empty());
    return target;
  }
}
