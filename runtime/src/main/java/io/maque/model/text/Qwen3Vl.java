package io.maque.model.text;

import io.maque.gguf.GgufFile;
import io.maque.kernel.Kernels;
import io.maque.kernel.RopePairing;
import io.maque.model.Batch;
import io.maque.model.UnsupportedModelException;
import io.maque.nn.Coordinates;
import io.maque.nn.Positions;
import io.maque.nn.RmsNorm;
import io.maque.nn.Rope;
import java.util.Arrays;
import java.util.List;

/**
 * The text model of Qwen3-VL, the dense sizes (GGUF architecture {@code qwen3vl}).
 *
 * <p>{@link Qwen3} with <b>interleaved multimodal rotary positions</b>: pairs take turns to be
 * rotated by time, line and column of a token, which for text are the same number; see {@link
 * MropePositions}. What a picture adds to the first layers comes with its rows. Over text alone it
 * is Qwen3, number for number.
 *
 * <p>Bai et al. 2025, arXiv 2511.21631.
 */
public final class Qwen3Vl extends Decoder {
  /** The value of {@code general.architecture}. */
  public static final String ARCHITECTURE = "qwen3vl";

  private static final String SECTIONS = ARCHITECTURE + ".rope.dimension_sections";

  /** Axes, and one more that files leave empty. */
  private static final int SECTION_COUNT = 4;

  /** Hyper-parameters, named as the GGUF keys. */
  record Config(Qwen3.Config text, int[] ropeDimensionSections) {

    static Config read(GgufFile file) {
      Qwen3.Config text = Qwen3.Config.read(file, ARCHITECTURE);
      return new Config(text, sections(file, text.ropeDimensionCount() / 2));
    }

    private static int[] sections(GgufFile file, int pairs) {
      int[] sections =
          file.metadata()
              .findIntegers(SECTIONS)
              .orElseThrow(() ->
                  new UnsupportedModelException(
                      "key %s: expected how many of %d pairs each axis has, found no such key"
                          .formatted(SECTIONS, pairs)));
      boolean sound =
          sections.length == SECTION_COUNT
              && Arrays.stream(sections).allMatch(count -> count >= 0 && count <= pairs)
              && Arrays.stream(sections).sum() == pairs
              && sections[SECTION_COUNT - 1] == 0;
      if (!sound) {
        throw new UnsupportedModelException(
            "key %s: expected three numbers whose sum is %d, and 0, found %s"
                .formatted(SECTIONS, pairs, Arrays.toString(Arrays.copyOf(sections, 5))));
      }
      return sections;
    }

    /**
     * The axis of each pair: time, line, column, time and so on. Lines and columns end with their
     * sections, and what is left is time, at the slow end.
     */
    int[] axes() {
      int[] axes = new int[text.ropeDimensionCount() / 2];
      for (int pair = 0; pair < axes.length; pair++) {
        int axis = pair % (SECTION_COUNT - 1);
        boolean within = pair / (SECTION_COUNT - 1) < ropeDimensionSections[axis];
        axes[pair] = within ? axis : MropePositions.TIME;
      }
      return axes;
    }
  }

  /**
   * Reads and checks hyper-parameters and tensors; the weights stay in the file.
   *
   * @throws UnsupportedModelException naming the key or tensor that is missing or not as this
   *     architecture has it
   */
  public Qwen3Vl(GgufFile file, Kernels kernels) {
    Config config = Config.read(file);
    Qwen3.Weights weights = Qwen3.Weights.read(file, config.text().sizes());
    Rope rope = new Rope(kernels, RopePairing.NEOX, config.text().frequencies(), config.axes());
    super(
        config.text().sizes(),
        kernels,
        weights.tokenEmbd(),
        List.of(rope),
        Qwen3.blocks(config.text(), weights, rope, kernels),
        new RmsNorm(kernels, weights.outputNorm(), config.text().layerNormRmsEpsilon()),
        weights.output());
  }

  @Override
  Coordinates coordinates(Batch batch, Positions positions) {
    return MropePositions.of(batch);
  }
}
