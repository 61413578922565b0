package io.maque.hub.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.gguf.GgufMetadata;
import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every tensor of every kind of model gets what the reference gives it. */
class MixtureTest {
  private static final int FIRST_FILE_TYPE = 3;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-22",
        "llama-80",
        "llama-5-tied",
        "smollm2",
        "qwen2-0.5b",
        "phi3",
        "gemma3",
        "odd-columns",
        "clip-24",
        "clip-ffn-4304"
      })
  void choosesLikeTheReference(String model) {
    List<String[]> lines = GoldenQuantize.table(model + ".tsv");
    String[] titles = lines.getFirst();
    List<String[]> rows = lines.subList(1, lines.size());
    List<Tensor> tensors = rows.stream().map(MixtureTest::tensor).toList();
    assertThat(titles).hasSize(FIRST_FILE_TYPE + FileType.values().length);
    for (int column = FIRST_FILE_TYPE; column < titles.length; column++) {
      Mixture mixture =
          new Mixture(FileType.valueOf(titles[column]), metadata(titles[0]), sources(tensors));
      int at = column;
      List<String> expected = rows.stream().map(row -> row[0] + " " + row[at]).toList();
      List<String> chosen = rows.stream().map(row -> row[0] + " " + mixture.type(row[0])).toList();
      assertThat(chosen).as(titles[column]).isEqualTo(expected);
    }
  }

  @Test
  void countsTensorsWhoseRowsDoNotFit() {
    List<Tensor> tensors =
        List.of(
            tensor("blk.0.attn_q.weight", 256, 2),
            tensor("blk.0.attn_k.weight", 96, 2),
            tensor("blk.0.attn_v.weight", 80, 2),
            tensor("blk.0.attn_v.bias", 80));
    assertThat(new Mixture(FileType.Q4_K_M, metadata("llama 1"), sources(tensors)).gaveWay())
        .isEqualTo(2);
    assertThat(new Mixture(FileType.Q8_0, metadata("llama 1"), sources(tensors)).gaveWay())
        .isEqualTo(1);
  }

  @Test
  void refusesExperts() {
    GgufMetadata metadata =
        new GgufMetadata(Map.of("general.architecture", "llama", "llama.expert_count", 8L));
    assertThatThrownBy(() -> new Mixture(FileType.Q4_K_M, metadata, List.of()))
        .isInstanceOf(QuantizeException.class)
        .hasMessageContaining("llama.expert_count")
        .hasMessageContaining("found 8");
  }

  private static GgufMetadata metadata(String architectureAndLayers) {
    String[] words = architectureAndLayers.split(" ");
    boolean text = !words[0].equals("clip");
    return new GgufMetadata(
        text
            ? Map.of(
                "general.architecture",
                words[0],
                words[0] + ".block_count",
                Long.valueOf(words[1]),
                words[0] + ".attention.head_count",
                4L,
                words[0] + ".attention.head_count_kv",
                2L)
            : Map.of(
                "general.architecture",
                words[0],
                "clip.vision.block_count",
                Long.valueOf(words[1])));
  }

  private static List<WeightSource> sources(List<Tensor> tensors) {
    return tensors.stream().map(WeightSource::of).toList();
  }

  private static Tensor tensor(String[] row) {
    long[] extents = Arrays.stream(row[1].split(",")).mapToLong(Long::parseLong).toArray();
    return tensor(row[0], TensorType.valueOf(row[2]), extents);
  }

  private static Tensor tensor(String name, long... extents) {
    return tensor(name, TensorType.F32, extents);
  }

  private static Tensor tensor(String name, TensorType type, long... extents) {
    Shape shape = Shape.of(extents);
    byte[] bytes = new byte[Math.toIntExact(type.bytes(shape.elements()))];
    return new Tensor(name, type, shape, MemorySegment.ofArray(bytes));
  }
}
