package io.maque.server.pdf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.DeflaterOutputStream;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;

/** Documents for tests, well-meant and otherwise. */
public final class SamplePdf {
  private SamplePdf() {}

  /** A4 pages with a line of text each. */
  public static byte[] ofPages(int count) {
    return made(document -> addPages(document, count));
  }

  /** Can be opened with a password only. */
  public static byte[] encrypted() {
    return made(document -> {
      addPages(document, 1);
      document.protect(new StandardProtectionPolicy("owner", "user", new AccessPermission()));
    });
  }

  /** A page with a picture in JPEG 2000, which nothing here can read. */
  public static byte[] withUnreadableImage() {
    return withImage(4, "/Filter /JPXDecode", new byte[3]);
  }

  /** A page whose drawing takes longer than anybody waits: one rectangle, over and over. */
  static byte[] endless() {
    return made(document -> {
      PDPage page = new PDPage(PDRectangle.A4);
      document.addPage(page);
      // Some hundred megabytes of operators in some hundred kilobytes.
      byte[] shape = "0 0 590 840 re 1 0 0 rg f*\n".getBytes(StandardCharsets.US_ASCII);
      PDStream stream = new PDStream(document);
      try (var out = stream.createOutputStream(COSName.FLATE_DECODE)) {
        for (int i = 0; i < 3_000_000; i++) {
          out.write(shape);
        }
      }
      page.setContents(stream);
    });
  }

  /** A page with a picture of {@code edge} by {@code edge} white dots, deflated to very little. */
  static byte[] bomb(int edge) {
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
      byte[] row = new byte[edge * 3];
      for (int y = 0; y < edge; y++) {
        out.write(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return withImage(edge, "/Filter /FlateDecode", deflated.toByteArray());
  }

  /** One page with a box of any kind. */
  static byte[] withBox(String box) {
    return raw("0 0 10 10 re f".getBytes(StandardCharsets.US_ASCII), box, new byte[0]);
  }

  /** One page with an image that claims to be larger than it is. */
  static byte[] withHugeImage(int edge) {
    return withImage(edge, "", new byte[3]);
  }

  private static byte[] withImage(int edge, String entries, byte[] dots) {
    ByteArrayOutputStream image = new ByteArrayOutputStream();
    write(
        image,
        "<</Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB"
                .formatted(edge, edge)
            + " /BitsPerComponent 8 /Length %d %s>>\nstream\n".formatted(dots.length, entries));
    image.writeBytes(dots);
    write(image, "\nendstream");
    byte[] content = "q 100 0 0 100 0 0 cm /Im Do Q".getBytes(StandardCharsets.US_ASCII);
    return raw(content, "[0 0 100 100]", image.toByteArray());
  }

  /** A document by hand, without a cross-reference table: readers rebuild it. */
  private static byte[] raw(byte[] content, String box, byte[] image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String resources = image.length == 0 ? "<<>>" : "<</XObject <</Im 5 0 R>>>>";
    write(out, "%PDF-1.7\n1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n");
    write(out, "2 0 obj\n<</Type /Pages /Kids [3 0 R] /Count 1>>\nendobj\n3 0 obj\n");
    write(out, "<</Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox " + box);
    write(out, " /Resources %s>>\nendobj\n".formatted(resources));
    write(out, "4 0 obj\n<</Length %d>>\nstream\n".formatted(content.length));
    out.writeBytes(content);
    write(out, "\nendstream\nendobj\n5 0 obj\n");
    out.writeBytes(image.length == 0 ? new byte[] {'0'} : image);
    write(out, "\nendobj\ntrailer\n<</Root 1 0 R /Size 6>>\n%%EOF\n");
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void addPages(PDDocument document, int count) throws IOException {
    for (int i = 1; i <= count; i++) {
      PDPage page = new PDPage(PDRectangle.A4);
      document.addPage(page);
      try (PDPageContentStream content = new PDPageContentStream(document, page)) {
        content.beginText();
        content.setFont(new PDType1Font(FontName.HELVETICA), 36);
        content.newLineAtOffset(72, 700);
        content.showText("Page " + i);
        content.endText();
      }
    }
  }

  private interface Filling {
    void fill(PDDocument document) throws IOException;
  }

  private static byte[] made(Filling filling) {
    try (PDDocument document = new PDDocument();
        ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      filling.fill(document);
      document.save(out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
