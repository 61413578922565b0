package io.maque.image;

/** A file whose header was read: its dimensions are known, and no pixel exists yet. */
sealed interface EncodedImage permits JpegFile, PngFile, GifFile, BmpFile, TiffFile, WebpFile {

  /** Pixels of a row, as the header says. */
  long width();

  long height();

  /** How the stored pixels must be turned. */
  Orientation orientation();

  /** The pixels as stored; called only after the dimensions were found acceptable. */
  RgbImage decode();

  /** The accepted dimensions. */
  default Size size() {
    return new Size(Math.toIntExact(width()), Math.toIntExact(height()));
  }
}
