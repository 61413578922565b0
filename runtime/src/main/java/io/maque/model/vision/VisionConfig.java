package io.maque.model.vision;

import io.maque.gguf.GgufFile;
import io.maque.image.Normalization;
import io.maque.image.RgbImage;
import io.maque.image.Size;
import io.maque.kernel.Activation;
import io.maque.model.HyperParameters;
import io.maque.model.UnsupportedModelException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Hyper-parameters of a vision transformer over square pictures of one size, named as the GGUF
 * keys.
 *
 * @param imageSize width and height of the pictures
 * @param activation between the layers of the blocks' feed-forward parts
 */
record VisionConfig(
    int imageSize,
    int patchSize,
    int embeddingLength,
    int feedForwardLength,
    int headCount,
    float layerNormEpsilon,
    Activation activation) {

  /** Prefix of the keys. */
  static final String PREFIX = "clip.vision";

  /** Most blocks of a tower. */
  static final int MOST_BLOCKS = 1024;

  private static final int LARGEST_IMAGE = 4096;
  private static final int MOST_HEADS = 4096;
  private static final int LONGEST_ROW = 1 << 20;
  private static final float MOST_COLOUR = 1;

  static VisionConfig read(HyperParameters parameters, Activation activation) {
    int imageSize = parameters.integer("image_size", 1, LARGEST_IMAGE);
    int embeddingLength = parameters.integer("embedding_length", 1, LONGEST_ROW);
    return new VisionConfig(
        imageSize,
        parameters.divisor("patch_size", imageSize, imageSize),
        embeddingLength,
        parameters.integer("feed_forward_length", 1, LONGEST_ROW),
        parameters.divisor("attention.head_count", MOST_HEADS, embeddingLength),
        (float) parameters.number("attention.layer_norm_epsilon", Double.MIN_VALUE, 1),
        activation);
  }

  /** The colours' means and deviations. */
  static Normalization normalization(GgufFile file, Normalization.Rescaling rescaling) {
    return new Normalization(
        colours(file, "clip.vision.image_mean", 0),
        colours(file, "clip.vision.image_std", Float.MIN_NORMAL),
        rescaling);
  }

  private static List<Float> colours(GgufFile file, String key, float least) {
    float[] values =
        file.metadata()
            .findFloats(key)
            .orElseThrow(() ->
                new UnsupportedModelException(
                    "key %s: expected three numbers, found no such key".formatted(key)));
    List<Float> colours = IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
    // Written so that NaN is refused too.
    if (colours.size() != RgbImage.CHANNELS
        || !colours.stream().allMatch(value -> value >= least && value <= MOST_COLOUR)) {
      throw new UnsupportedModelException(
          "key %s: expected three numbers from %s to %s, found %s"
              .formatted(key, least, MOST_COLOUR, colours.stream().limit(4).toList()));
    }
    return colours;
  }

  /** Patches along one side. */
  int grid() {
    return imageSize / patchSize;
  }

  int patches() {
    return grid() * grid();
  }

  /** Rows of the tower: the class token and the patches. */
  int positions() {
    return 1 + patches();
  }

  /** Values of one patch: channel by channel, rows from the top. */
  int patchLength() {
    return RgbImage.CHANNELS * patchSize * patchSize;
  }

  int headLength() {
    return embeddingLength / headCount;
  }

  /**
   * Accepts the one size of pictures.
   *
   * @throws IllegalArgumentException for another
   */
  void requireSize(Size processed) {
    Size expected = new Size(imageSize, imageSize);
    if (!processed.equals(expected)) {
      throw new IllegalArgumentException(
          "expected a picture of %s pixels, found %s".formatted(expected, processed));
    }
  }

  /** For messages about shapes. */
  String sizes() {
    return "(image_size=%d, patch_size=%d, embedding_length=%d, feed_forward_length=%d)"
        .formatted(imageSize, patchSize, embeddingLength, feedForwardLength);
  }
}
