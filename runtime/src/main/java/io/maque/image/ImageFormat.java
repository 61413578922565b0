package io.maque.image;

import java.util.function.Function;
import java.util.function.Predicate;

/** The formats a picture may have, told by its first bytes and never by a name. */
public enum ImageFormat {
  JPEG("JPEG", file -> file.says(0, "\u00ff\u00d8\u00ff"), JpegFile::new),
  PNG("PNG", file -> file.says(0, PngFile.SIGNATURE), PngFile::new),
  GIF("GIF", file -> file.says(0, "GIF87a") || file.says(0, "GIF89a"), GifFile::new),
  BMP("BMP", file -> file.says(0, "BM"), BmpFile::new),
  TIFF("TIFF", TiffDirectory::recognises, TiffFile::new),
  WEBP("WebP", file -> file.says(0, "RIFF") && file.says(8, "WEBP"), WebpFile::new);

  /** What people send as well, so that the answer can name it. */
  private enum Refused {
    HEIC_OR_AVIF("HEIC or AVIF", file -> file.says(4, "ftyp")),
    JPEG_2000(
        "JPEG 2000", file -> file.says(4, "jP  ") || file.says(0, "\u00ff\u004f\u00ff\u0051")),
    JPEG_XL("JPEG XL", file -> file.says(0, "\u00ff\n") || file.says(4, "JXL ")),
    BIG_TIFF("BigTIFF", file -> file.says(0, "II+\0") || file.says(0, "MM\0+")),
    ICO("ICO", file -> file.says(0, "\0\0\1\0")),
    PDF("PDF", file -> file.says(0, "%PDF")),
    XML("SVG or XML", file -> file.says(0, "<?xml") || file.says(0, "<svg")),
    HTML("HTML", file -> file.says(0, "<!") || file.says(0, "<html"));

    private final String title;
    private final Predicate<Bytes> sign;

    Refused(String title, Predicate<Bytes> sign) {
      this.title = title;
      this.sign = sign;
    }
  }

  private static final String ACCEPTED = "send JPEG, PNG, WebP, GIF, BMP or TIFF";

  private final String title;
  private final Predicate<Bytes> sign;
  private final Function<Bytes, EncodedImage> opener;

  ImageFormat(String title, Predicate<Bytes> sign, Function<Bytes, EncodedImage> opener) {
    this.title = title;
    this.sign = sign;
    this.opener = opener;
  }

  static ImageFormat of(Bytes file) {
    for (ImageFormat format : values()) {
      if (format.sign.test(file)) {
        return format;
      }
    }
    if (file.length() == 0) {
      throw new ImageFormatException("the picture is empty; " + ACCEPTED);
    }
    for (Refused refused : Refused.values()) {
      if (refused.sign.test(file)) {
        throw new ImageFormatException(
            "the picture is %s, which is not read; %s".formatted(refused.title, ACCEPTED));
      }
    }
    throw new ImageFormatException("the bytes are no picture of a known format; " + ACCEPTED);
  }

  EncodedImage open(Bytes file) {
    return opener.apply(file);
  }

  @Override
  public String toString() {
    return title;
  }
}
