package io.maque.image;

import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;

/**
 * A reader of {@code javax.imageio}, made for one use. Which one is chosen never depends on what
 * else is on the class path: the JDK's own, or for WebP the one that calls itself so. Input stays
 * in memory, metadata unread.
 */
final class PlatformReader {
  private final ImageFormat format;
  private final ImageReaderSpi provider;

  private PlatformReader(ImageFormat format, ImageReaderSpi provider) {
    this.format = format;
    this.provider = provider;
  }

  /** What to do with a reader that has its input. */
  @FunctionalInterface
  interface Reading<T> {
    T read(ImageReader reader) throws IOException;
  }

  /** The reader that comes with the JDK. */
  static PlatformReader jdk(ImageFormat format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.toString());
    while (readers.hasNext()) {
      ImageReaderSpi provider = readers.next().getOriginatingProvider();
      if (provider.getClass().getModule() == ImageIO.class.getModule()) {
        return new PlatformReader(format, provider);
      }
    }
    throw new IllegalStateException("this Java platform has no %s reader".formatted(format));
  }

  /** A reader from the class path, if one is there. */
  static Optional<PlatformReader> plugin(ImageFormat format) {
    for (ImageReaderSpi provider :
        ServiceLoader.load(ImageReaderSpi.class, PlatformReader.class.getClassLoader())) {
      if (Arrays.asList(provider.getFormatNames())
          .contains(format.name().toLowerCase(Locale.ROOT))) {
        return Optional.of(new PlatformReader(format, provider));
      }
    }
    return Optional.empty();
  }

  /** Reads a file that holds nothing but pixels. */
  <T> T read(byte[] file, Reading<T> reading) {
    try (ImageInputStream input = new FiniteInput(file)) {
      ImageReader reader = provider.createReaderInstance();
      try {
        reader.setInput(input, true, true);
        return reading.read(reader);
      } finally {
        reader.dispose();
      }
    } catch (ImageFormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Readers answer damage with any exception there is: arithmetic, bounds, negative sizes.
      throw new ImageFormatException(
          "the %s picture is cut off or damaged; send the whole file or save it anew"
              .formatted(format),
          e);
    }
  }
}
