package io.maque.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A damaged file is refused with our exception or shown; never shown in part, never at any cost.
 */
class ImageHostileTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final ImageDecoder SMALL =
      new ImageDecoder(new ImageLimits(1 << 20, 1 << 14, 4096));
  private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.DEFAULT);

  /** What decoding a picture of SMALL's limit may allocate, kept and thrown away together. */
  private static final long HEAP_BYTES = 16 << 20;

  private static final long NANOS = 1_000_000_000;

  static String[] files() {
    return new String[] {
      "420.jpg",
      "progressive.jpg",
      "grey.jpg",
      "ycck.jpg",
      "exif-8.jpg",
      "rgb-8.png",
      "rgba-16-interlaced.png",
      "palette-transparent.png",
      "exif-6.png",
      "interlaced.gif",
      "transparent.gif",
      "rgb.bmp",
      "p.bmp",
      "runs.bmp",
      "565.bmp",
      "rgb-tiff_lzw.tif",
      "rgb-tiff_adobe_deflate.tif",
      "rgb-packbits.tif",
      "bilevel-group4.tif",
      "palette.tif",
      "strips.tif",
      "lossless-alpha.webp",
      "lossy-alpha.webp",
      "animated.webp"
    };
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFileCutAnywhereIsRefusedOrWhole(String name) {
    byte[] valid = GoldenImages.file(name);
    RgbImage whole = SMALL.decode(valid);
    for (int length = 0; length < valid.length; length += step(valid, 200)) {
      byte[] cut = Arrays.copyOf(valid, length);
      RgbImage shown = shownOrWhole("%s cut to %d bytes".formatted(name, length), cut, whole);
      assertThat(shown.pixels()).as("%s cut to %d bytes", name, length).isEqualTo(whole.pixels());
    }
  }

  /** Every byte of small files, evenly spread ones of larger. */
  private static int step(byte[] file, int count) {
    return Math.max(1, file.length / count);
  }

  @ParameterizedTest
  @MethodSource("files")
  void survivesBitFlips(String name) {
    byte[] bytes = GoldenImages.file(name);
    RgbImage whole = SMALL.decode(bytes);
    for (int at = 0; at < bytes.length; at += at < 100 ? 1 : step(bytes, 50)) {
      for (int bit = 0; bit < 8; bit++) {
        bytes[at] ^= (byte) (1 << bit);
        shownOrWhole("%s, bit %d of byte %d".formatted(name, bit, at), bytes, whole);
        bytes[at] ^= (byte) (1 << bit);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 20261122})
  void survivesRandomDamage(long seed) {
    Random random = new Random(seed);
    for (String name : files()) {
      byte[] valid = GoldenImages.file(name);
      RgbImage whole = SMALL.decode(valid);
      for (int round = 0; round < 100; round++) {
        byte[] bytes = valid.clone();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
          bytes[random.nextInt(bytes.length)] =
              (byte) (random.nextBoolean() ? random.nextInt() : 255);
        }
        shownOrWhole("%s, seed %d, round %d".formatted(name, seed, round), bytes, whole);
      }
    }
  }

  /** What is shown of a file, {@code whole} if it is refused as it should be. */
  private static RgbImage shownOrWhole(String damage, byte[] bytes, RgbImage whole) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long began = THREADS.getCurrentThreadCpuTime();
    try {
      return SMALL.decode(bytes);
    } catch (ImageFormatException expected) {
      assertThat(expected.getMessage())
          .as(damage)
          .isNotBlank()
          .doesNotContain("Exception", "java.");
      return whole;
    } finally {
      assertThat(THREADS.getCurrentThreadCpuTime() - began).as(damage).isLessThan(NANOS);
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - allocated)
          .as(damage)
          .isLessThan(HEAP_BYTES);
    }
  }

  private static void assertRefused(byte[] file, String named) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long began = THREADS.getCurrentThreadCpuTime();
    assertThatExceptionOfType(ImageFormatException.class)
        .isThrownBy(() -> DECODER.decode(file))
        .withMessageContaining(named);
    assertThat(THREADS.getCurrentThreadCpuTime() - began).isLessThan(NANOS);
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - allocated).isLessThan(HEAP_BYTES);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1 << 30, 100_000, 50_000, -1})
  void believesNoDimensions(int side) {
    String named = side == 0 ? "expected at least 1 × 1" : " pixels";
    assertRefused(patched("rgb-8.png", 16, side, 4, ByteOrder.BIG_ENDIAN), named);
    assertRefused(patched("rgb.bmp", 18, side, 4, ByteOrder.LITTLE_ENDIAN), "");
    assertRefused(
        patched("420.jpg", frameOf("420.jpg") + 3, side & 0xFFFF, 2, ByteOrder.BIG_ENDIAN), "");
    assertRefused(tiff(side), side == 0 ? named : "");
  }

  /** Two numbers of a file, side by side, replaced; a checksum of PNG's header is put right. */
  private static byte[] patched(String name, int at, int value, int bytes, ByteOrder order) {
    byte[] file = GoldenImages.file(name);
    ByteBuffer buffer = ByteBuffer.wrap(file).order(order);
    for (int i = 0; i < 2; i++) {
      if (bytes == 4) {
        buffer.putInt(at + 4 * i, value);
      } else {
        buffer.putShort(at + 2 * i, (short) value);
      }
    }
    if (name.endsWith(".png")) {
      CRC32 checksum = new CRC32();
      checksum.update(file, 12, 17);
      buffer.putInt(29, (int) checksum.getValue());
    }
    return file;
  }

  private static int frameOf(String name) {
    byte[] file = GoldenImages.file(name);
    for (int at = 2; ; at++) {
      if (file[at] == (byte) 0xFF && file[at + 1] == (byte) 0xC0) {
        return at + 2;
      }
    }
  }

  private static byte[] tiff(int side) {
    byte[] file = GoldenImages.file("rgb-tiff_lzw.tif");
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int directory = buffer.getInt(4);
    for (int i = 0; i < buffer.getShort(directory); i++) {
      int entry = directory + 2 + 12 * i;
      int tag = buffer.getShort(entry);
      if (tag == TiffDirectory.WIDTH || tag == TiffDirectory.HEIGHT) {
        buffer.putShort(entry + 2, (short) 4);
        buffer.putInt(entry + 8, side);
      }
    }
    return file;
  }

  @Test
  void refusesThirtyFiveBytesThatClaimTwoGigapixels() {
    byte[] gif = new byte[35];
    ByteBuffer buffer = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put("GIF89a".getBytes(StandardCharsets.US_ASCII));
    buffer.putShort((short) 65_535).putShort((short) 32_767).put(new byte[3]);
    buffer.put((byte) 0x2C).putInt(0).putShort((short) 65_535).putShort((short) 32_767);
    assertRefused(gif, "65535 × 32767 pixels");
  }

  @Test
  void inflatesNoMoreThanThePixels() throws Exception {
    byte[] bomb = new byte[1 << 20]; // a thousandth of this when compressed
    Deflater deflater = new Deflater();
    deflater.setInput(bomb);
    deflater.finish();
    byte[] compressed = new byte[4096];
    int length = deflater.deflate(compressed);
    deflater.end();
    byte[] png = GoldenImages.file("rgb-8.png");
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(png, 0, 33);
    for (String type : new String[] {"zTXt", "iCCP", "iTXt"}) {
      ByteBuffer chunk = ByteBuffer.allocate(length + 14);
      chunk.putInt(length + 2).put(type.getBytes(StandardCharsets.US_ASCII)).putShort((short) 0);
      chunk.put(compressed, 0, length);
      file.write(chunk.array());
    }
    file.write(png, 33, png.length - 33);

    RgbImage whole = SMALL.decode(png);
    RgbImage shown =
        shownOrWhole("text that inflates", file.toByteArray(), RgbImage.blank(new Size(1, 1)));

    assertThat(shown.pixels()).isEqualTo(whole.pixels());
  }

  @Test
  void refusesThousandsOfScans() {
    byte[] jpeg = GoldenImages.file("progressive.jpg");
    int scan = lastScan(jpeg);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(jpeg, 0, jpeg.length - 2);
    for (int i = 0; i < 5000; i++) {
      file.write(jpeg, scan, jpeg.length - 2 - scan);
    }
    file.write(jpeg, jpeg.length - 2, 2);
    assertRefused(file.toByteArray(), "more than 100 scans");
  }

  private static int lastScan(byte[] jpeg) {
    for (int at = jpeg.length - 2; ; at--) {
      if (jpeg[at] == (byte) 0xFF && jpeg[at + 1] == (byte) 0xDA) {
        return at;
      }
    }
  }

  @Test
  void anExifBlockThatLoopsOrLiesTurnsNothing() {
    byte[] block = {
      'I', 'I', '*', 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 8, 0, 0, 0
    };
    assertThat(TiffDirectory.orientation(Bytes.of(block))).isEqualTo(Orientation.TURNED_RIGHT);
    Random random = new Random(5);
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = Arrays.copyOf(block, random.nextInt(block.length + 1));
      for (int i = 0; i < 3 && damaged.length > 0; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      assertThat(TiffDirectory.orientation(Bytes.of(damaged))).isNotNull();
    }
  }
}
