package io.maque.server.pdf;

import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;

/**
 * The process that draws: a document on standard input, the edge and page numbers as arguments,
 * {@link PdfFrames} on standard output. It catches only what it can explain; whatever else a
 * document provokes ends the process, which is what the process is for.
 */
final class PdfWorker {
  /** Above this a page is rather a scan than text, and JPEG serves it better. */
  private static final int MAX_PNG_BYTES = 1 << 20;

  private PdfWorker() {}

  /** See the class comment. */
  static void main(String[] arguments) throws IOException {
    int edge = Integer.parseInt(arguments[0]);
    List<Integer> pages = Stream.of(arguments).skip(1).map(Integer::valueOf).toList();
    // The streams themselves: standard output is our wire here, not a place to print.
    try (FileInputStream in = new FileInputStream(FileDescriptor.in);
        DataOutputStream out =
            new DataOutputStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)))) {
      answer(in.readAllBytes(), new PdfSelection(edge, pages), out);
    }
  }

  static void answer(byte[] pdf, PdfSelection selection, DataOutputStream out) throws IOException {
    try (PDDocument document = Loader.loadPDF(pdf)) {
      draw(document, selection, out);
    } catch (InvalidPasswordException _) {
      PdfFrames.writeRefusal(out, "it is protected by a password; remove the protection first");
    }
  }

  private static void draw(PDDocument document, PdfSelection selection, DataOutputStream out)
      throws IOException {
    int count = document.getNumberOfPages();
    if (count < 1) {
      PdfFrames.writeRefusal(out, "it has no pages");
      return;
    }
    PageRenderer renderer = new PageRenderer(document);
    for (int page : selection.of(count)) {
      if (page > count) {
        PdfFrames.writeRefusal(out, "page %d: it has %d pages".formatted(page, count));
        return;
      }
      try {
        PdfFrames.writePage(out, encoded(page, count, renderer.draw(page - 1, selection.edge())));
      } catch (IOException e) {
        PdfFrames.writeRefusal(out, "page %d cannot be drawn: %s".formatted(page, reason(e)));
        return;
      }
    }
    PdfFrames.writeEnd(out);
  }

  private static String reason(IOException error) {
    String message = error.getMessage() == null ? "it is damaged" : error.getMessage();
    return message.length() > 200 ? message.substring(0, 200) : message;
  }

  private static PdfPage encoded(int page, int count, BufferedImage image) throws IOException {
    byte[] png = encoded(image, "png");
    boolean scan = png.length > MAX_PNG_BYTES;
    return new PdfPage(
        page,
        count,
        image.getWidth(),
        image.getHeight(),
        scan ? "image/jpeg" : "image/png",
        scan ? encoded(image, "jpeg") : png);
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, out)) {
      throw new IOException("no writer for " + format);
    }
    return out.toByteArray();
  }
}
