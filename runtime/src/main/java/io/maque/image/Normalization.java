package io.maque.image;

import java.util.List;

/**
 * From 8-bit samples to the numbers an encoder was trained on: (v/255 − mean) / std, in f32 and in
 * the order of operations of the reference, so that every bit is the same. A sample has 256 values,
 * so each channel is a table.
 *
 * @param mean of red, green and blue, in 0 to 1
 * @param std of the same, above 0
 */
public record Normalization(List<Float> mean, List<Float> std, Rescaling rescaling) {

  /** How a reference computes v/255. */
  public enum Rescaling {
    /** v·(1/255) in f64, rounded to f32: the processors of transformers. */
    BY_RECIPROCAL,
    /** v/255 in f32: torchvision's {@code ToTensor}. */
    BY_DIVISION
  }

  private static final List<Float> CLIP_MEAN = List.of(0.48145466f, 0.4578275f, 0.40821073f);
  private static final List<Float> CLIP_STD = List.of(0.26862954f, 0.26130258f, 0.27577711f);

  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    boolean finite =
        mean.stream().allMatch(Float::isFinite)
            && std.stream().allMatch(value -> Float.isFinite(value) && value > 0);
    if (mean.size() != RgbImage.CHANNELS || std.size() != RgbImage.CHANNELS || !finite) {
      throw new IllegalArgumentException(
          "expected three finite means and three standard deviations above 0, found %s and %s"
              .formatted(mean, std));
    }
  }

  /** OpenAI CLIP's numbers. */
  public static Normalization clip(Rescaling rescaling) {
    return new Normalization(CLIP_MEAN, CLIP_STD, rescaling);
  }

  /** To −1 … 1. */
  public static Normalization symmetric() {
    List<Float> half = List.of(0.5f, 0.5f, 0.5f);
    return new Normalization(half, half, Rescaling.BY_RECIPROCAL);
  }

  /** One plane per channel. */
  float[] planes(RgbImage image) {
    byte[] pixels = image.pixels();
    int count = pixels.length / RgbImage.CHANNELS;
    float[] planes = new float[pixels.length];
    for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
      float[] table = table(channel);
      int plane = channel * count;
      for (int i = 0; i < count; i++) {
        planes[plane + i] = table[pixels[i * RgbImage.CHANNELS + channel] & 0xFF];
      }
    }
    return planes;
  }

  private float[] table(int channel) {
    float[] table = new float[256];
    for (int value = 0; value < table.length; value++) {
      float rescaled =
          switch (rescaling) {
            case BY_RECIPROCAL -> (float) (value * (1 / 255.0));
            case BY_DIVISION -> value / 255f;
          };
      table[value] = (rescaled - mean.get(channel)) / std.get(channel);
    }
    return table;
  }
}
