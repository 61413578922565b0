package io.maque.hub.convert;

import io.maque.hub.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The text model of Qwen3-VL: Qwen3 with rotary positions of three axes, whose first layers receive
 * further rows of each picture.
 */
final class Qwen3Vl implements TextArchitecture {
  private static final int AXES = 3;

  private final Qwen3 qwen3 = new Qwen3();
  private final int deepstackLayers;

  /**
   * @param deepstackLayers how many layers receive rows of pictures
   */
  Qwen3Vl(int deepstackLayers) {
    this.deepstackLayers = deepstackLayers;
  }

  @Override
  public String name() {
    return "qwen3vl";
  }

  @Override
  public Map<String, ? extends Number> defaults() {
    return qwen3.defaults();
  }

  @Override
  public void describe(TextConfig config, GgufPlan plan) {
    qwen3.describe(config, plan);
    plan.describe("rope.dimension_sections", sections(config))
        .describe("n_deepstack_layers", deepstackLayers);
  }

  /** Pairs that each axis turns, and 0 for a fourth, which GGUF has room for. */
  private static int[] sections(TextConfig config) {
    JsonValue parameters = config.rope().parameters();
    List<Integer> sections = new ArrayList<>();
    for (JsonValue section : parameters.at("mrope_section").elements()) {
      sections.add((int) section.asCount().orElseThrow(() -> section.unexpected("a count")));
    }
    if (sections.size() != AXES
        || sections.stream().mapToInt(Integer::intValue).sum() != config.headLength() / 2) {
      throw parameters
          .at("mrope_section")
          .unexpected("three counts whose sum is %d".formatted(config.headLength() / 2));
    }
    return new int[] {sections.get(0), sections.get(1), sections.get(2), 0};
  }

  @Override
  public void block(TextConfig config, DecoderWeights.Block block) {
    qwen3.block(config, block);
  }
}
