package io.maque.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.maque.image.ImageDecoder.Header;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of every kind against Pillow's pixels. */
class ImageDecoderTest {
  private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.DEFAULT);

  /**
   * The reader of lossy WebP repeats colour between pixels where libwebp interpolates it, so only
   * brightness is comparable.
   */
  private static final double LOSSY_WEBP_BRIGHTNESS = 1;

  @TestFactory
  Stream<DynamicTest> seesWhatPillowSees() {
    return GoldenImages.names().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> compare(name)));
  }

  private static void compare(String name) {
    RgbImage expected = GoldenImages.expected(name);

    RgbImage image = DECODER.decode(GoldenImages.file(name));

    assertThat(image.size()).isEqualTo(expected.size());
    assertThat(DECODER.header(GoldenImages.file(name)).size()).isEqualTo(expected.size());
    if (name.startsWith("lossy")) {
      assertThat(differenceOfBrightness(image, expected)).isLessThan(LOSSY_WEBP_BRIGHTNESS);
    } else {
      assertThat(image.pixels()).isEqualTo(expected.pixels());
    }
  }

  private static double differenceOfBrightness(RgbImage one, RgbImage other) {
    double sum = 0;
    for (int at = 0; at < one.pixels().length; at += RgbImage.CHANNELS) {
      sum += Math.abs(brightness(one, at) - brightness(other, at));
    }
    return sum / one.size().pixels();
  }

  private static double brightness(RgbImage image, int at) {
    byte[] rgb = image.pixels();
    return 0.299 * (rgb[at] & 0xFF) + 0.587 * (rgb[at + 1] & 0xFF) + 0.114 * (rgb[at + 2] & 0xFF);
  }

  @Test
  void theGoldenFolderIsNotEmpty() {
    assertThat(GoldenImages.names()).hasSizeGreaterThan(90);
  }

  @Test
  void aHeaderTellsFormatAndUprightSize() {
    assertThat(DECODER.header(GoldenImages.file("exif-6.png")))
        .isEqualTo(new Header(ImageFormat.PNG, new Size(19, 29)));
  }

  @ParameterizedTest
  @CsvSource({
    "'\0\0\0\u001cftypheic', HEIC or AVIF",
    "'%PDF-1.7', PDF",
    "'<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a SYSTEM \"file:///\">]>', SVG or XML",
    "'<!DOCTYPE html>', HTML",
    "'hello', no picture of a known format",
    "'', empty"
  })
  void namesWhatItDoesNotRead(String text, String named) {
    assertThatExceptionOfType(ImageFormatException.class)
        .isThrownBy(() -> DECODER.decode(text.getBytes(StandardCharsets.ISO_8859_1)))
        .withMessageContaining(named)
        .withMessageEndingWith("send JPEG, PNG, WebP, GIF, BMP or TIFF");
  }

  @Test
  void refusesMoreThanTheLimits() {
    byte[] file = GoldenImages.file("444.jpg");

    assertRefused(new ImageLimits(file.length - 1, 1000, 1000), file, "bytes");
    assertRefused(new ImageLimits(file.length, 29 * 19 - 1, 1000), file, "29 × 19 pixels");
    assertRefused(new ImageLimits(file.length, 1000, 28), file, "29 × 19 pixels");
    assertThat(new ImageDecoder(new ImageLimits(file.length, 29 * 19, 29)).decode(file).width())
        .isEqualTo(29);
  }

  private static void assertRefused(ImageLimits limits, byte[] file, String named) {
    assertThatExceptionOfType(ImageFormatException.class)
        .isThrownBy(() -> new ImageDecoder(limits).decode(file))
        .withMessageContaining(named)
        .withMessageEndingWith("send a smaller one");
  }

  @Test
  void manyThreadsMayDecode() throws Exception {
    List<Callable<RgbImage>> tasks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String name = GoldenImages.names().get(i * 2);
      tasks.add(() -> DECODER.decode(GoldenImages.file(name)));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<RgbImage>> results = threads.invokeAll(tasks);
      for (int i = 0; i < results.size(); i++) {
        RgbImage expected = GoldenImages.expected(GoldenImages.names().get(i * 2));
        assertThat(results.get(i).get().pixels()).isEqualTo(expected.pixels());
      }
    }
  }

  /** The classes once more, where nothing but the JDK is beside them. */
  @Test
  void namesTheMissingReaderOfWebp() throws Exception {
    URL classes = ImageDecoder.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader alone =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      Class<?> limits = alone.loadClass(ImageLimits.class.getName());
      Class<?> type = alone.loadClass(ImageDecoder.class.getName());
      Object decoder =
          type.getConstructor(limits).newInstance(limits.getField("DEFAULT").get(null));

      assertThatExceptionOfType(InvocationTargetException.class)
          .isThrownBy(() ->
              type.getMethod("decode", byte[].class)
                  .invoke(decoder, (Object) GoldenImages.file("lossless.webp")))
          .havingCause()
          .withMessageContaining("com.twelvemonkeys.imageio:imageio-webp")
          .withMessageEndingWith("add it, or send JPEG or PNG");
    }
  }
}
