package io.maque.image;

/**
 * Makes RGB of the bytes of a picture file: JPEG, PNG, GIF (first picture), BMP, TIFF (first page)
 * and, where its reader is on the class path, WebP. The result is upright (EXIF orientation
 * applied), transparency stands in front of white, more than 8 bits are cut to the upper 8, colour
 * profiles are not applied. {@code docs/images.md} says it in full.
 *
 * <p>Any thread may call it; nothing is kept between calls, and nothing is written to disk.
 */
public final class ImageDecoder {
  private final ImageLimits limits;

  public ImageDecoder(ImageLimits limits) {
    this.limits = limits;
  }

  /** What a header says, with every check made that needs no pixels. */
  public record Header(ImageFormat format, Size size) {}

  /**
   * Format and upright dimensions of a picture, without decoding it.
   *
   * @throws ImageFormatException as {@link #decode} does for what the header shows
   */
  public Header header(byte[] file) {
    Bytes bytes = checkedLength(file);
    ImageFormat format = ImageFormat.of(bytes);
    EncodedImage image = open(format, bytes);
    return new Header(format, image.orientation().upright(image.size()));
  }

  /**
   * The picture, upright.
   *
   * @throws ImageFormatException if the bytes are no picture, are damaged or cut off, exceed the
   *     limits, or are in a format or variant that is not read
   */
  public RgbImage decode(byte[] file) {
    Bytes bytes = checkedLength(file);
    EncodedImage image = open(ImageFormat.of(bytes), bytes);
    return image.orientation().upright(image.decode());
  }

  private Bytes checkedLength(byte[] file) {
    limits.checkLength(file.length);
    return Bytes.of(file);
  }

  private EncodedImage open(ImageFormat format, Bytes bytes) {
    EncodedImage image = format.open(bytes);
    limits.checkSize(format, image.width(), image.height());
    return image;
  }
}
