package io.maque.image;

/**
 * The compressed pixels of a GIF picture: codes of growing width (LZW), packed from the lowest bit
 * into blocks of at most 255 bytes.
 */
final class GifPixels {
  private static final int CODES = 4096;
  private static final int NONE = -1;

  private final Bytes data;
  private final int literalBits;
  private final int clear;
  private final int end;

  private final short[] prefix = new short[CODES];
  private final byte[] last = new byte[CODES];
  private final byte[] first = new byte[CODES];
  private final short[] length = new short[CODES];

  private int at = 1;
  private int blockEnd = 1;
  private int bits;
  private int bitCount;

  /**
   * @param data begins with the width of the smallest code
   */
  GifPixels(Bytes data) {
    this.data = data;
    literalBits = data.u8(0);
    if (literalBits < 1 || literalBits > 11) {
      throw new ImageFormatException(
          "the GIF picture is damaged: its smallest code has %d bits, expected 1 to 11"
              .formatted(literalBits));
    }
    clear = 1 << literalBits;
    end = clear + 1;
    for (int i = 0; i < clear; i++) {
      first[i] = last[i] = (byte) i;
      length[i] = 1;
    }
  }

  /** Fills {@code pixels}; what follows in the file is not read. */
  void read(byte[] pixels) {
    int width = literalBits + 1;
    int next = end + 1;
    int previous = NONE;
    int filled = 0;
    while (filled < pixels.length) {
      int code = code(width);
      if (code == clear) {
        width = literalBits + 1;
        next = end + 1;
        previous = NONE;
        continue;
      }
      boolean unknown = previous == NONE ? code >= clear : code > next || code == end;
      if (unknown || code == next && next == CODES) {
        throw damaged();
      }
      if (previous != NONE && next < CODES) {
        prefix[next] = (short) previous;
        first[next] = first[previous];
        last[next] = first[code == next ? previous : code];
        length[next] = (short) (length[previous] + 1);
        next++;
        if (next == 1 << width && next < CODES) {
          width++;
        }
      }
      filled = write(code, pixels, filled);
      previous = code;
    }
  }

  /** Writes the string of a code, from its end, as far as there is room. */
  private int write(int code, byte[] pixels, int filled) {
    int stringEnd = filled + length[code];
    for (int to = stringEnd - 1; to >= filled; to--) {
      if (to < pixels.length) {
        pixels[to] = last[code];
      }
      code = prefix[code];
    }
    return Math.min(stringEnd, pixels.length);
  }

  private int code(int width) {
    while (bitCount < width) {
      if (at == blockEnd) {
        int count = data.u8(at);
        if (count == 0) {
          throw damaged();
        }
        blockEnd = at + 1 + count;
        at++;
      }
      bits |= data.u8(at++) << bitCount;
      bitCount += 8;
    }
    int code = bits & (1 << width) - 1;
    bits >>>= width;
    bitCount -= width;
    return code;
  }

  private static ImageFormatException damaged() {
    return new ImageFormatException(
        "the GIF picture is cut off or damaged: its pixels end early; send the whole file");
  }
}
