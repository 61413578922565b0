package io.maque.server.pdf;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.filter.MissingImageReaderException;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.rendering.PageDrawer;
import org.apache.pdfbox.rendering.PageDrawerParameters;

/**
 * Draws pages within a number of pixels. PDFBox leaves out a picture whose format it cannot read
 * and only logs it; here the page fails instead, since a question about a page that silently lacks
 * its picture gets a wrong answer.
 */
final class PageRenderer extends PDFRenderer {
  private static final float POINTS_PER_INCH = 72;
  private static final float MAX_DOTS_PER_INCH = 150;

  private final PDDocument pages;

  PageRenderer(PDDocument document) {
    super(document);
    this.pages = document;
  }

  /**
   * A page on white.
   *
   * @param index from 0
   * @param edge most pixels of the longer edge
   */
  BufferedImage draw(int index, int edge) throws IOException {
    PDRectangle box = pages.getPage(index).getCropBox();
    float longer = Math.max(box.getWidth(), box.getHeight());
    float scale = Math.min(edge / longer, MAX_DOTS_PER_INCH / POINTS_PER_INCH);
    if (!(longer > 0) || !(scale > 0)) {
      throw new IOException("the page has no size");
    }
    return renderImage(index, scale, ImageType.RGB);
  }

  @Override
  protected PageDrawer createPageDrawer(PageDrawerParameters parameters) throws IOException {
    return new PageDrawer(parameters) {
      @Override
      protected void operatorException(
          Operator operator, List<COSBase> operands, IOException exception) throws IOException {
        if (exception instanceof MissingImageReaderException) {
          throw exception;
        }
        super.operatorException(operator, operands, exception);
      }
    };
  }
}
