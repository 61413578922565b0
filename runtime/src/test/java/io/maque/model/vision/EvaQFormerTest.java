package io.maque.model.vision;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.image.Preprocessing;
import io.maque.model.ImageEncoderContract;
import io.maque.model.UnsupportedModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EvaQFormerTest extends ImageEncoderContract {
  private static final String QFORMER = "clip.vision.qformer.";

  @Override
  protected List<String> encoders() {
    return EvaClipTest.pictures("minigpt4-vicuna");
  }

  @Override
  protected Preprocessing preprocessing() {
    return Preprocessing.miniGpt4(32);
  }

  @Override
  protected boolean optional(String tensor) {
    return false;
  }

  @Override
  protected Stream<String> requiredKeys() {
    Stream<String> qformer =
        Stream.of(
                "block_count",
                "embedding_length",
                "feed_forward_length",
                "query_count",
                "cross_attention_interval",
                "attention.head_count",
                "attention.layer_norm_epsilon")
            .map(QFORMER::concat);
    return Stream.concat(EvaClipTest.requiredKeys(), qformer);
  }

  @Override
  protected Stream<Map.Entry<String, Object>> absurdValues() {
    Stream<Map.Entry<String, Object>> qformer =
        Stream.of(
            Map.entry(QFORMER + "block_count", 0),
            Map.entry(QFORMER + "embedding_length", 1 << 30),
            Map.entry(QFORMER + "feed_forward_length", -3),
            Map.entry(QFORMER + "query_count", 0),
            Map.entry(QFORMER + "query_count", 1_000_000_000),
            Map.entry(QFORMER + "cross_attention_interval", 0),
            Map.entry(QFORMER + "attention.head_count", 3),
            Map.entry(QFORMER + "attention.layer_norm_epsilon", -1f));
    return Stream.concat(EvaClipTest.absurdValues(), qformer);
  }

  @Test
  void crossAttentionWhereTheFileSaysNoneIsRefused() {
    Path file =
        rewrite(first(), v -> v.put(QFORMER + "cross_attention_interval", 3), tensors -> {});
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("v.proj_blk.2.cross_attn");
  }

  @Test
  void aBlockThatIsStoredBesidesIsRefused() {
    Path file = rewrite(first(), v -> v.put("clip.vision.block_count", 1), tensors -> {});
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("v.blk.1.");
  }

  @Test
  void aTableOfPositionsOfNoSquareGridIsRefused() {
    Path file =
        rewrite(
            first(),
            values -> {},
            tensors -> {
              String name = "v.position_embd.weight";
              tensors.put(name, renamed(tensors.get("v.blk.0.attn_out.weight"), name));
            });
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("v.position_embd.weight")
        .hasMessageContaining("found 96");
  }
}
