package io.maque.server.pdf;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;

/**
 * What the drawing process writes to its standard output: frames that begin with a byte. A page is
 * {@code P}, page, pages, width, height, content type, length, bytes; a refusal is {@code R} and a
 * sentence; the end is {@code E}. Whoever sees no end knows that the process did not live to write
 * it.
 */
final class PdfFrames {
  private static final int PAGE = 'P';
  private static final int REFUSAL = 'R';
  private static final int END = 'E';
  private static final int MAX_PICTURE_BYTES = 32 << 20;

  private PdfFrames() {}

  static void writePage(DataOutputStream out, PdfPage page) throws IOException {
    out.writeByte(PAGE);
    out.writeInt(page.page());
    out.writeInt(page.pages());
    out.writeInt(page.width());
    out.writeInt(page.height());
    out.writeUTF(page.contentType());
    out.writeInt(page.bytes().length);
    out.write(page.bytes());
    out.flush();
  }

  static void writeRefusal(DataOutputStream out, String sentence) throws IOException {
    out.writeByte(REFUSAL);
    out.writeUTF(sentence);
    out.flush();
  }

  static void writeEnd(DataOutputStream out) throws IOException {
    out.writeByte(END);
    out.flush();
  }

  /**
   * The next page, or empty at the end.
   *
   * @throws PdfException for a refusal
   * @throws EOFException when the process ended without an end
   */
  static Optional<PdfPage> read(DataInputStream in) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case PAGE -> Optional.of(readPage(in));
      case REFUSAL -> throw PdfException.document(in.readUTF());
      case END -> Optional.empty();
      default -> throw new IOException("frame: expected P, R or E, found " + kind);
    };
  }

  private static PdfPage readPage(DataInputStream in) throws IOException {
    int page = in.readInt();
    int pages = in.readInt();
    int width = in.readInt();
    int height = in.readInt();
    String type = in.readUTF();
    int length = in.readInt();
    if (length < 0 || length > MAX_PICTURE_BYTES) {
      throw new IOException(
          "picture: expected at most %d bytes, found %d".formatted(MAX_PICTURE_BYTES, length));
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("picture: expected %d bytes".formatted(length));
    }
    return new PdfPage(page, pages, width, height, type, bytes);
  }
}
