package io.maque.cli.console;

import io.maque.chat.ImageDetail;
import io.maque.chat.Part;
import io.maque.image.ImageDecoder;
import io.maque.image.ImageFormatException;
import io.maque.image.ImageLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A picture that a user hands in. What is wrong with it is said before a model is opened. */
public final class ImageFile {
  private static final ImageLimits LIMITS = ImageLimits.DEFAULT;

  private ImageFile() {}

  /**
   * The picture of a file.
   *
   * @throws CommandFailedException when there is none that can be read
   */
  public static Part.Image read(Path file) {
    if (Files.isDirectory(file)) {
      throw new CommandFailedException("%s: a directory; expected a picture".formatted(file));
    }
    try (InputStream stream = Files.newInputStream(file)) {
      return read(stream, file.toString());
    } catch (IOException e) {
      throw new CommandFailedException(Errors.sentence(new UncheckedIOException(e)), e);
    }
  }

  /**
   * The picture on standard input.
   *
   * @throws CommandFailedException when there is none that can be read
   */
  public static Part.Image readInput(Console console) {
    try {
      return read(console.in(), "standard input");
    } catch (IOException e) {
      throw new CommandFailedException(Errors.sentence(new UncheckedIOException(e)), e);
    }
  }

  private static Part.Image read(InputStream stream, String name) throws IOException {
    // One byte more than is accepted, so that the decoder refuses what is longer.
    byte[] bytes = stream.readNBytes(LIMITS.maxBytes() + 1);
    try {
      new ImageDecoder(LIMITS).header(bytes);
    } catch (ImageFormatException e) {
      throw new CommandFailedException(name + ": " + e.getMessage(), e);
    }
    return new Part.Image(bytes, ImageDetail.AUTO);
  }
}
