package io.maque.image;

/**
 * How a picture of any shape becomes one of the shape an encoder takes. All resampling is Pillow's
 * bicubic.
 */
public sealed interface Geometry {

  /** The shape that a picture of this shape will have. */
  Size processed(Size original);

  /**
   * The picture in that shape.
   *
   * @throws ImageFormatException if the shape is one the model does not take
   */
  RgbImage apply(RgbImage image);

  /**
   * The picture in the middle of a square of one colour, then resized: LLaVA's {@code
   * expand2square}. The offset is half the difference of the sides, rounded down.
   */
  record PadToSquare(int side, int red, int green, int blue) implements Geometry {

    public PadToSquare {
      checkSide(side);
    }

    @Override
    public Size processed(Size original) {
      return new Size(side, side);
    }

    @Override
    public RgbImage apply(RgbImage image) {
      int canvas = Math.max(image.width(), image.height());
      byte[] colour = {(byte) red, (byte) green, (byte) blue};
      return Resampler.resample(
          image, axis(canvas, image.width()), axis(canvas, image.height()), colour);
    }

    private Taps axis(int canvas, int length) {
      return Taps.bicubic(canvas, (canvas - length) / 2, length, side, 0, side);
    }
  }

  /**
   * The shorter edge resized to {@code side}, the longer in proportion, rounded down, and the
   * middle square cut out: CLIP's own processor. Loses the ends of the longer edge.
   */
  record CropFromShortestEdge(int side) implements Geometry {

    public CropFromShortestEdge {
      checkSide(side);
    }

    @Override
    public Size processed(Size original) {
      return new Size(side, side);
    }

    @Override
    public RgbImage apply(RgbImage image) {
      int shorter = Math.min(image.width(), image.height());
      return Resampler.resample(
          image, axis(image.width(), shorter), axis(image.height(), shorter), new byte[3]);
    }

    private Taps axis(int length, int shorter) {
      int scaled = (int) ((double) ((long) side * length) / shorter);
      return Taps.bicubic(length, 0, length, scaled, (scaled - side) / 2, side);
    }
  }

  /** Resized to this shape whatever its own was: MiniGPT-4. */
  record Stretch(Size size) implements Geometry {

    public Stretch {
      checkSide(Math.max(size.width(), size.height()));
    }

    @Override
    public Size processed(Size original) {
      return size;
    }

    @Override
    public RgbImage apply(RgbImage image) {
      return Resampler.bicubic(image, size);
    }
  }

  /**
   * Resized to multiples of {@code factor} near its own shape with a bounded number of pixels: the
   * {@code smart_resize} of Qwen's processors. Halves are rounded to even, as Python does.
   *
   * @param factor pixels of a merged patch: patch size times merge size
   */
  record SmartResize(int factor, long minPixels, long maxPixels) implements Geometry {
    private static final int MAX_ASPECT = 200;

    /** 64 million pixels are 768 MB of tensor. */
    private static final long MOST_PIXELS = 1L << 26;

    public SmartResize {
      if (factor < 1 || minPixels < 1 || minPixels > maxPixels || maxPixels > MOST_PIXELS) {
        throw new IllegalArgumentException(
            "expected a factor of at least 1 and 1 ≤ least ≤ most ≤ %d pixels, found factor %d, least %d, most %d"
                .formatted(MOST_PIXELS, factor, minPixels, maxPixels));
      }
      if ((long) factor * factor > maxPixels) {
        throw new IllegalArgumentException(
            "expected room for one patch of %d × %d in %d pixels"
                .formatted(factor, factor, maxPixels));
      }
    }

    @Override
    public Size processed(Size original) {
      double width = original.width();
      double height = original.height();
      if (Math.max(width, height) / Math.min(width, height) > MAX_ASPECT) {
        throw new ImageFormatException(
            "the picture is %s pixels; this model takes shapes up to %d : 1; cut it into parts"
                .formatted(original, MAX_ASPECT));
      }
      double pixels = Math.rint(width / factor) * factor * (Math.rint(height / factor) * factor);
      if (pixels > maxPixels) {
        double shrink = Math.sqrt(width * height / maxPixels);
        return new Size(
            Math.max(1, (int) Math.floor(width / shrink / factor)) * factor,
            Math.max(1, (int) Math.floor(height / shrink / factor)) * factor);
      }
      if (pixels < minPixels) {
        double grow = Math.sqrt(minPixels / (width * height));
        return new Size(
            (int) Math.ceil(width * grow / factor) * factor,
            (int) Math.ceil(height * grow / factor) * factor);
      }
      return new Size(
          (int) Math.rint(width / factor) * factor, (int) Math.rint(height / factor) * factor);
    }

    @Override
    public RgbImage apply(RgbImage image) {
      return Resampler.bicubic(image, processed(image.size()));
    }
  }

  private static void checkSide(int side) {
    if (side < 1 || side > 8192) {
      throw new IllegalArgumentException("expected a side of 1 to 8192 pixels, found " + side);
    }
  }
}
