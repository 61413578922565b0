package io.maque.image;

import io.maque.image.Normalization.Rescaling;

/** What one vision encoder wants of a picture, as data. */
public record Preprocessing(Geometry geometry, Normalization normalization) {

  /** LLaVA with {@code image_aspect_ratio: pad}; the canvas has the colour of CLIP's means. */
  public static Preprocessing llava(int side) {
    return new Preprocessing(
        new Geometry.PadToSquare(side, 122, 116, 104), Normalization.clip(Rescaling.BY_RECIPROCAL));
  }

  /** CLIP's own processor, which LLaVA's conversions for transformers carry. */
  public static Preprocessing clip(int side) {
    return new Preprocessing(
        new Geometry.CropFromShortestEdge(side), Normalization.clip(Rescaling.BY_RECIPROCAL));
  }

  /** MiniGPT-4 and BLIP-2: {@code Blip2ImageEvalProcessor}. */
  public static Preprocessing miniGpt4(int side) {
    return new Preprocessing(
        new Geometry.Stretch(new Size(side, side)), Normalization.clip(Rescaling.BY_DIVISION));
  }

  /**
   * Qwen3-VL.
   *
   * @param factor pixels of a merged patch, 32
   * @param minPixels {@code size.shortest_edge} of the processor's file, 65536
   * @param maxPixels {@code size.longest_edge}, 16777216
   */
  public static Preprocessing qwen3Vl(int factor, long minPixels, long maxPixels) {
    return new Preprocessing(
        new Geometry.SmartResize(factor, minPixels, maxPixels), Normalization.symmetric());
  }

  /**
   * Makes the encoder's input of a picture.
   *
   * @throws ImageFormatException if the model does not take this shape
   */
  public PixelTensor apply(RgbImage image) {
    RgbImage processed = geometry.apply(image);
    return new PixelTensor(normalization.planes(processed), image.size(), processed.size());
  }
}
