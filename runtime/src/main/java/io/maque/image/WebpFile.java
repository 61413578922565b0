package io.maque.image;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * A WebP file (RFC 9649), lossy or lossless, with or without alpha; of an animation the first
 * picture on an empty canvas. The container is walked here; pixels come from an optional reader on
 * the class path, which gets a file of pixels only.
 */
final class WebpFile implements EncodedImage {
  private static final int HEAD_BYTES = 8;
  private static final int HAS_ALPHA = 0x10;
  private static final Bytes NONE = Bytes.of(new byte[0]);

  private Bytes alpha = NONE;
  private Bytes pixels = NONE;
  private boolean lossless;
  private int left;
  private int top;
  private Size canvas;
  private Orientation orientation = Orientation.UPRIGHT;

  WebpFile(Bytes bytes) {
    Bytes file = bytes.littleEndian();
    Bytes chunks = file.slice(12, file.u32(4) - 4);
    boolean extended = chunks.says(0, "VP8X");
    if (extended) {
      canvas = new Size(chunks.u24(HEAD_BYTES + 4) + 1, chunks.u24(HEAD_BYTES + 7) + 1);
    }
    walk(chunks);
    if (pixels.length() == 0) {
      throw new ImageFormatException(
          "the WebP picture is cut off before its pixels; send the whole file");
    }
    Size stored = storedSize();
    if (!extended) {
      canvas = stored;
    }
    if (left + stored.width() > canvas.width() || top + stored.height() > canvas.height()) {
      throw new ImageFormatException(
          "the WebP picture is damaged: %s pixels at %d, %d do not fit its canvas of %s"
              .formatted(stored, left, top, canvas));
    }
  }

  /** Takes the first picture and the EXIF block of a sequence of chunks. */
  private void walk(Bytes chunks) {
    long at = 0;
    while (at < chunks.length()) {
      Bytes content = chunks.slice(at + HEAD_BYTES, chunks.u32(at + 4));
      if (chunks.says(at, "EXIF")) {
        orientation =
            TiffDirectory.orientation(content.says(0, "Exif\0") ? content.from(6) : content);
      } else if (pixels.length() == 0) {
        takePicture(chunks, at, content);
      }
      at += HEAD_BYTES + content.length() + (content.length() & 1);
    }
  }

  private void takePicture(Bytes chunks, long at, Bytes content) {
    if (chunks.says(at, "ANMF")) {
      left = 2 * content.u24(0);
      top = 2 * content.u24(3);
      walkFrame(content.from(16));
    } else {
      take(chunks, at, content);
    }
  }

  private void walkFrame(Bytes chunks) {
    long at = 0;
    while (at < chunks.length() && pixels.length() == 0) {
      Bytes content = chunks.slice(at + HEAD_BYTES, chunks.u32(at + 4));
      take(chunks, at, content);
      at += HEAD_BYTES + content.length() + (content.length() & 1);
    }
  }

  private void take(Bytes chunks, long at, Bytes content) {
    if (chunks.says(at, "ALPH")) {
      alpha = content;
    } else if (chunks.says(at, "VP8 ") || chunks.says(at, "VP8L")) {
      pixels = content;
      lossless = chunks.says(at, "VP8L");
    }
  }

  /** The dimensions that the compressed pixels themselves begin with. */
  private Size storedSize() {
    if (lossless && pixels.u8(0) == 0x2F) {
      long bits = pixels.u32(1);
      return new Size((int) (bits & 0x3FFF) + 1, (int) (bits >> 14 & 0x3FFF) + 1);
    }
    if (!lossless && pixels.says(3, "\u009d\u0001\u002a")) {
      int width = pixels.u16(6) & 0x3FFF;
      int height = pixels.u16(8) & 0x3FFF;
      if (width > 0 && height > 0) {
        return new Size(width, height);
      }
    }
    throw new ImageFormatException(
        "the WebP picture is damaged: its pixels do not begin as they must");
  }

  @Override
  public long width() {
    return canvas.width();
  }

  @Override
  public long height() {
    return canvas.height();
  }

  @Override
  public Orientation orientation() {
    return orientation;
  }

  @Override
  public RgbImage decode() {
    PlatformReader platform =
        PlatformReader.plugin(ImageFormat.WEBP)
            .orElseThrow(() ->
                new ImageFormatException(
                    "WebP is read by com.twelvemonkeys.imageio:imageio-webp, which is not on the"
                        + " class path; add it, or send JPEG or PNG"));
    Size stored = storedSize();
    RgbImage picture =
        platform.read(
            pixelsOnly(stored),
            reader ->
                new PlatformPixels(reader.read(0), PlatformPixels.Colours.asTheModelSays())
                    .toRgb(ImageFormat.WEBP, stored));
    return stored.equals(canvas) ? picture : onCanvas(picture);
  }

  private RgbImage onCanvas(RgbImage picture) {
    RgbImage whole = RgbImage.blank(canvas);
    Arrays.fill(whole.pixels(), (byte) 255);
    int rowBytes = picture.width() * RgbImage.CHANNELS;
    for (int y = 0; y < picture.height(); y++) {
      System.arraycopy(
          picture.pixels(), y * rowBytes, whole.pixels(), whole.offset(left, top + y), rowBytes);
    }
    return whole;
  }

  private byte[] pixelsOnly(Size stored) {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    if (alpha.length() > 0) {
      byte[] extended = new byte[10];
      extended[0] = HAS_ALPHA;
      put(extended, 4, stored.width() - 1, 3);
      put(extended, 7, stored.height() - 1, 3);
      chunk(chunks, "VP8X", Bytes.of(extended));
      chunk(chunks, "ALPH", alpha);
    }
    chunk(chunks, lossless ? "VP8L" : "VP8 ", pixels);
    byte[] head = {'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P'};
    put(head, 4, chunks.size() + 4, 4);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(head);
    file.writeBytes(chunks.toByteArray());
    return file.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream to, String type, Bytes content) {
    byte[] head = new byte[HEAD_BYTES];
    for (int i = 0; i < 4; i++) {
      head[i] = (byte) type.charAt(i);
    }
    put(head, 4, content.length(), 4);
    to.writeBytes(head);
    to.write(content.array(), content.offset(), content.length());
    if ((content.length() & 1) != 0) {
      to.write(0);
    }
  }

  private static void put(byte[] target, int at, int value, int count) {
    for (int i = 0; i < count; i++) {
      target[at + i] = (byte) (value >> 8 * i);
    }
  }
}
