package io.maque.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The bytes of a file, in memory, for a reader of {@code javax.imageio}. A reader may look a little
 * beyond the end, as bit readers do; one that goes on from there makes pixels of nothing and is
 * stopped, since some take the end for zeros and would never notice.
 */
final class FiniteInput extends MemoryCacheImageInputStream {
  private static final int READS_BEYOND = 64;

  private int beyond;

  FiniteInput(byte[] file) {
    super(new ByteArrayInputStream(file));
  }

  @Override
  public int read() throws IOException {
    return checked(super.read());
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return checked(super.read(target, offset, length));
  }

  private int checked(int result) {
    if (result < 0 && ++beyond > READS_BEYOND) {
      throw new ImageFormatException(
          "the picture is cut off or damaged: its pixels end early; send the whole file");
    }
    return result;
  }
}
