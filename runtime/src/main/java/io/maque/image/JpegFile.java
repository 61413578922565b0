package io.maque.image;

import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.ImageReader;

/**
 * A JPEG file (ITU T.81): baseline, extended and progressive Huffman coding with 8 bits, of grey,
 * YCbCr, RGB, CMYK or YCCK. The markers are walked here; the platform's reader gets a file of
 * tables and scans only, and gives back samples that it has not converted, so that neither profiles
 * nor its guesses about colour matter.
 */
final class JpegFile implements EncodedImage {
  private static final int BASELINE = 0xC0;
  private static final int PROGRESSIVE = 0xC2;
  private static final int HUFFMAN_TABLES = 0xC4;
  private static final int START = 0xD8;
  private static final int END = 0xD9;
  private static final int SCAN = 0xDA;
  private static final int QUANTISATION_TABLES = 0xDB;
  private static final int RESTART_INTERVAL = 0xDD;
  private static final int JFIF = 0xE0;
  private static final int EXIF = 0xE1;
  private static final int ADOBE = 0xEE;

  /** Encoders write some ten; each one costs a pass over all pixels. */
  private static final int MAX_SCANS = 100;

  /** Scans times pixels: a second or two of work. */
  private static final long MAX_SCANNED_PIXELS = 1_000_000_000;

  private final ByteArrayOutputStream pixelsOnly = new ByteArrayOutputStream();
  private Bytes frame = Bytes.of(new byte[0]);
  private int process;
  private int scans;
  private int componentsOfScan;
  private JpegColours.Marks marks = JpegColours.Marks.NONE;
  private Orientation orientation = Orientation.UPRIGHT;

  JpegFile(Bytes file) {
    keep(file.slice(0, 2));
    long at = 2;
    boolean ended = false;
    while (!ended && (at = marker(file, at)) < file.length()) {
      int marker = file.u8(at);
      ended = marker == END;
      at = ended || isAlone(marker) ? at + 1 : segment(file, marker, at + 1);
    }
    if (frame.length() == 0 || scans == 0) {
      throw cutOff();
    }
    // One scan of everything may lack the end mark; whether it is complete, the reader tells.
    if (!ended && (process == PROGRESSIVE || scans > 1 || frame.u8(5) != componentsOfScan)) {
      throw cutOff();
    }
    pixelsOnly.write(0xFF);
    pixelsOnly.write(END);
  }

  /** Where the code of the next marker is; the end of the file if there is none. */
  private static long marker(Bytes file, long at) {
    while (at + 1 < file.length()) {
      int code = file.u8(at + 1);
      if (file.u8(at) == 0xFF && code != 0 && code != 0xFF) {
        return at + 1;
      }
      at++;
    }
    return file.length();
  }

  /** Markers without a segment. */
  private static boolean isAlone(int marker) {
    return marker == 0x01 || marker >= 0xD0 && marker <= START;
  }

  private static boolean isFrame(int marker) {
    return marker >= BASELINE
        && marker <= 0xCF
        && marker != HUFFMAN_TABLES
        && marker != 0xC8
        && marker != 0xCC;
  }

  /** Takes a segment whose length is at {@code at}; answers where the next marker may be. */
  private long segment(Bytes file, int marker, long at) {
    Bytes content = file.slice(at + 2, file.u16(at) - 2);
    long end = at + 2 + content.length();
    switch (marker) {
      case SCAN -> {
        end = endOfScan(file, end);
        scan(content);
      }
      case JFIF -> marks = content.says(0, "JFIF\0") ? marks.withJfif() : marks;
      case EXIF -> {
        if (content.says(0, "Exif\0") && content.length() > 6) {
          orientation = TiffDirectory.orientation(content.from(6));
        }
      }
      case ADOBE -> {
        if (content.says(0, "Adobe") && content.length() >= 12) {
          marks = marks.withAdobe(content.u8(11));
        }
      }
      default -> {
        if (isFrame(marker)) {
          frame(marker, content);
        }
      }
    }
    if (marker == SCAN
        || marker == HUFFMAN_TABLES
        || marker == QUANTISATION_TABLES
        || marker == RESTART_INTERVAL
        || isFrame(marker)) {
      keep(file.slice(at - 2, end - at + 2));
    }
    return end;
  }

  private void scan(Bytes content) {
    componentsOfScan = content.u8(0);
    if (frame.length() == 0 || ++scans > MAX_SCANS) {
      throw new ImageFormatException(
          frame.length() == 0
              ? "the JPEG picture is damaged: pixels before their description"
              : "the JPEG picture has more than %d scans; save it anew".formatted(MAX_SCANS));
    }
  }

  /** Coded pixels end at a marker that is no restart; a zero after 0xFF makes it a pixel. */
  private static long endOfScan(Bytes file, long at) {
    while ((at = marker(file, at)) < file.length()) {
      int code = file.u8(at);
      if (code < 0xD0 || code >= START) {
        return at - 1;
      }
    }
    return file.length();
  }

  private void frame(int marker, Bytes content) {
    if (frame.length() > 0) {
      throw new ImageFormatException("the JPEG picture is damaged: it is described twice");
    }
    if (marker > PROGRESSIVE || content.u8(0) != 8) {
      throw new ImageFormatException(
          "the JPEG picture is lossless, arithmetic-coded or of %d bits; expected baseline or progressive with 8 bits; save it anew"
              .formatted(content.u8(0)));
    }
    int components = content.u8(5);
    if (components != 1 && components != 3 && components != 4
        || content.length() < 6 + 3 * components) {
      throw new ImageFormatException(
          "the JPEG picture has %d components; expected 1, 3 or 4".formatted(components));
    }
    process = marker;
    frame = content;
  }

  private void keep(Bytes part) {
    pixelsOnly.write(part.array(), part.offset(), part.length());
  }

  private static ImageFormatException cutOff() {
    return new ImageFormatException(
        "the JPEG picture is cut off or damaged: its pixels end early; send the whole file");
  }

  @Override
  public long width() {
    return frame.u16(3);
  }

  @Override
  public long height() {
    return frame.u16(1);
  }

  @Override
  public Orientation orientation() {
    return orientation;
  }

  @Override
  public RgbImage decode() {
    if (scans * size().pixels() > MAX_SCANNED_PIXELS) {
      throw new ImageFormatException(
          "the JPEG picture has %d scans of %s pixels, too much to decode; save it as baseline JPEG"
              .formatted(scans, size()));
    }
    Raster samples =
        PlatformReader.jdk(ImageFormat.JPEG).read(pixelsOnly.toByteArray(), JpegFile::samples);
    return JpegColours.of(marks, frame).toRgb(samples, size());
  }

  private static Raster samples(ImageReader reader) throws IOException {
    boolean[] early = new boolean[1];
    reader.addIIOReadWarningListener((source, warning) -> {
      // The words of libjpeg's JWRN_HIT_MARKER and JWRN_JPEG_EOF; other damage it repairs.
      if (warning.toLowerCase(Locale.ROOT).contains("premature end")) {
        early[0] = true;
        source.abort();
      }
    });
    Raster samples = reader.readRaster(0, null);
    if (early[0]) {
      throw cutOff();
    }
    return samples;
  }
}
