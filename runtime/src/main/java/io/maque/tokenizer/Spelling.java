package io.maque.tokenizer;

import java.util.Arrays;

/**
 * How a vocabulary writes the text of an ordinary token in the file. Inside Maque a token is the
 * bytes of its text; the stored spelling is rebuilt when somebody asks for it.
 */
enum Spelling {
  /**
   * The printable alphabet of GPT-2: bytes 33–126, 161–172 and 174–255 are the character of that
   * number, the other 68 in ascending order are U+0100 to U+0143.
   */
  BYTE_LEVEL {
    @Override
    int read(byte[] stored, int from, int to, byte[] text, int at) {
      for (int i = from; i < to; i++) {
        int c = stored[i];
        if (c < 0) {
          boolean pair = (c & 0xE0) == 0xC0 && i + 1 < to;
          c = pair ? (c & 0x1F) << 6 | stored[++i] & 0x3F : NO_BYTE;
        }
        int value = c >= 0 && c < BYTE_OF.length ? BYTE_OF[c] : NO_BYTE;
        if (value == NO_BYTE) {
          return NOT_TEXT;
        }
        text[at++] = (byte) value;
      }
      return at;
    }

    @Override
    String inText(String text) {
      return text;
    }

    @Override
    String write(byte[] text, int from, int to) {
      StringBuilder stored = new StringBuilder(to - from);
      for (int i = from; i < to; i++) {
        stored.append(CHAR_OF[text[i] & 0xFF]);
      }
      return stored.toString();
    }
  },

  /** UTF-8 with U+2581 (▁) for a space. */
  SENTENCE_PIECE {
    @Override
    int read(byte[] stored, int from, int to, byte[] text, int at) {
      for (int i = from; i < to; i++) {
        if (stored[i] == ' ') {
          return NOT_TEXT;
        }
        if (stored[i] == (byte) 0xE2
            && i + 2 < to
            && stored[i + 1] == (byte) 0x96
            && stored[i + 2] == (byte) 0x81) {
          text[at++] = ' ';
          i += 2;
        } else {
          text[at++] = stored[i];
        }
      }
      return at;
    }

    @Override
    String inText(String text) {
      return text.replace(ESCAPED_SPACE, ' ');
    }

    @Override
    String write(byte[] text, int from, int to) {
      return Utf8.decode(text, from, to).replace(' ', ESCAPED_SPACE);
    }
  };

  /** What SentencePiece writes for a space. */
  static final char ESCAPED_SPACE = '\u2581';

  /** Answer of {@link #read} for a spelling that no text of this kind has. */
  static final int NOT_TEXT = -1;

  private static final int NO_BYTE = -1;
  private static final char[] CHAR_OF = new char[256];
  private static final short[] BYTE_OF = new short[0x100 + 68];

  static {
    Arrays.fill(BYTE_OF, (short) NO_BYTE);
    char next = 0x100;
    for (int value = 0; value < CHAR_OF.length; value++) {
      boolean printable = value > 32 && value < 127 || value > 160 && value != 173;
      CHAR_OF[value] = printable ? (char) value : next++;
      BYTE_OF[CHAR_OF[value]] = (short) value;
    }
  }

  /**
   * Writes the text bytes of the spelling {@code stored[from, to)} at {@code at}, never more bytes
   * than the spelling has.
   *
   * @return where they end, or {@link #NOT_TEXT}
   */
  abstract int read(byte[] stored, int from, int to, byte[] text, int at);

  /** What a text means by these characters: U+2581 in it is a space to SentencePiece, too. */
  abstract String inText(String text);

  /** The stored spelling of text bytes. */
  abstract String write(byte[] text, int from, int to);
}
