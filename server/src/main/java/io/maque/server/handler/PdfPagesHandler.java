package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.EventStream;
import io.maque.server.http.Exchange;
import io.maque.server.http.HttpException;
import io.maque.server.pdf.PdfException;
import io.maque.server.pdf.PdfPage;
import io.maque.server.pdf.PdfPages;
import io.maque.server.pdf.PdfSelection;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code POST /page/pdf?edge=240&pages=1,3}: pages of the PDF in the body as pictures, one JSON
 * document a line as they are drawn. Without {@code pages}: all, from the first on. Nothing is
 * kept.
 */
public final class PdfPagesHandler implements Endpoint {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");
  private static final int RETRY_AFTER_SECONDS = 3;

  private final PdfPages pdfPages;

  public PdfPagesHandler(PdfPages pdfPages) {
    this.pdfPages = pdfPages;
  }

  /** A page on the wire; {@code image} is a data URL. */
  private record Line(int page, int pages, int width, int height, String image) {

    static Line of(PdfPage page) {
      String image = Base64.getEncoder().encodeToString(page.bytes());
      return new Line(
          page.page(),
          page.pages(),
          page.width(),
          page.height(),
          "data:" + page.contentType() + ";base64," + image);
    }
  }

  @Override
  public void handle(Exchange exchange) {
    PdfSelection selection = selection(exchange);
    byte[] pdf = exchange.body();
    if (pdf.length == 0) {
      throw new HttpException(400, "invalid_pdf", "", "the body: expected a PDF, found nothing");
    }
    EventStream lines = exchange.jsonLines();
    try {
      pdfPages.draw(pdf, selection, page -> lines.send(Line.of(page)));
    } catch (PdfException e) {
      throw switch (e.kind()) {
        case DOCUMENT -> new HttpException(400, "invalid_pdf", "", "the PDF: " + e.getMessage());
        case BUSY -> HttpException.unavailable("pdf_busy", e.getMessage(), RETRY_AFTER_SECONDS);
      };
    }
  }

  private static PdfSelection selection(Exchange exchange) {
    int edge = number("edge", exchange.queryParameter("edge").orElse("1754"));
    List<Integer> pages =
        exchange.queryParameter("pages").stream()
            .flatMap(list -> Stream.of(list.split(",", -1)))
            .map(text -> number("pages", text))
            .toList();
    try {
      return new PdfSelection(edge, pages);
    } catch (IllegalArgumentException e) {
      throw new HttpException(400, "invalid_value", "", e.getMessage());
    }
  }

  private static int number(String name, String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw HttpException.badField("invalid_type", name, "expected a number of up to six digits");
    }
    return Integer.parseInt(text);
  }
}
