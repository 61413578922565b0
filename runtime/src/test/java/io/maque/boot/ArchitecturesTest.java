package io.maque.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.fixture.TinyGguf;
import io.maque.gguf.GgufFile;
import io.maque.kernel.Kernels;
import io.maque.kernel.Machine;
import io.maque.kernel.scalar.ScalarProvider;
import io.maque.model.UnsupportedModelException;
import io.maque.tensor.TensorType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchitecturesTest {
  private static final Kernels KERNELS =
      Kernels.choose(List.of(new ScalarProvider()), Machine.current());

  @TempDir private Path folder;

  @Test
  void listsAllArchitectures() {
    assertThat(Architectures.names())
        .containsExactly("gemma3", "llama", "phi3", "qwen2", "qwen3", "qwen3vl");
  }

  @Test
  void unknownArchitectureIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> load(new TinyGguf(1).put("general.architecture", "rwkv6")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessage(
            "key general.architecture: expected one of gemma3, llama, phi3, qwen2, qwen3, qwen3vl,"
                + " found rwkv6");
  }

  @Test
  void missingArchitectureIsNamed() {
    assertThatThrownBy(() -> load(new TinyGguf(1).put("general.name", "nothing")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("general.architecture")
        .hasMessageContaining("found no such key");
  }

  @Test
  void shapeErrorSaysWhatWasFoundWhatWasExpectedAndWhy() {
    TinyGguf file =
        new TinyGguf(1)
            .put("general.architecture", "qwen2")
            .put("qwen2.context_length", 64)
            .put("qwen2.embedding_length", 32)
            .put("qwen2.block_count", 1)
            .put("qwen2.feed_forward_length", 64)
            .put("qwen2.attention.head_count", 4)
            .put("qwen2.attention.head_count_kv", 2)
            .put("qwen2.attention.layer_norm_rms_epsilon", 1e-6f)
            .tensor("token_embd.weight", TensorType.F32, 32, 10)
            .tensor("blk.0.attn_norm.weight", TensorType.F32, 32)
            .tensor("blk.0.attn_q.weight", TensorType.F32, 32, 16);
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessage(
            "tensor blk.0.attn_q.weight: expected shape [32, 32], found [32, 16]"
                + " (embeddingLength=32, headCount=4, headCountKv=2, keyLength=8, valueLength=8,"
                + " feedForwardLength=64)");
  }

  private void load(TinyGguf fixture) {
    try (GgufFile file = fixture.open(folder.resolve("tiny.gguf"))) {
      Architectures.load(file, KERNELS, 16);
    }
  }
}
