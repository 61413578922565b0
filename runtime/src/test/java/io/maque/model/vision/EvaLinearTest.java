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

class EvaLinearTest extends ImageEncoderContract {
  private static final String STACK_FACTOR = "clip.vision.projector.stack_factor";

  @Override
  protected List<String> encoders() {
    return Stream.concat(
            EvaClipTest.pictures("minigpt4-llama2").stream(), Stream.of("minigpt4-positions-wide"))
        .toList();
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
    return Stream.concat(EvaClipTest.requiredKeys(), Stream.of(STACK_FACTOR));
  }

  @Override
  protected Stream<Map.Entry<String, Object>> absurdValues() {
    Stream<Map.Entry<String, Object>> linear =
        Stream.of(
            Map.entry(STACK_FACTOR, 0),
            Map.entry(STACK_FACTOR, 3),
            Map.entry(STACK_FACTOR, Integer.MAX_VALUE),
            Map.entry("clip.vision.projector.drop_cls", false));
    return Stream.concat(EvaClipTest.absurdValues(), linear);
  }

  @Test
  void anotherStackIsAnotherWidth() {
    Path file = rewrite(first(), values -> values.put(STACK_FACTOR, 2), tensors -> {});
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("v.proj_linear.weight")
        .hasMessageContaining("stack_factor=2");
  }
}
