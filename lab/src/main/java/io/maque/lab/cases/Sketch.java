package io.maque.lab.cases;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Composite;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.LineMetrics;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;

/** A square picture that is being drawn, in units of which its side has {@link #SIDE}. */
final class Sketch {
  static final double SIDE = 128;

  private static final int[] PIXELS = {128, 160, 224, 256, 320, 384};
  private static final double DARK = 0.1;

  /** The side of the patches that an image tower of 64 patches sees. */
  static final double PATCH = 16;

  /** The size of the smallest letters that take two rows of patches. */
  static final double LARGE = 17.5;

  private final BufferedImage image;
  private final Graphics2D pen;
  private final boolean dark;

  private Sketch(int pixels, Color paper, boolean dark) {
    this.dark = dark;
    image = new BufferedImage(pixels, pixels, BufferedImage.TYPE_INT_RGB);
    pen = image.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    pen.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    pen.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    pen.setColor(paper);
    pen.fillRect(0, 0, pixels, pixels);
    pen.scale(pixels / SIDE, pixels / SIDE);
  }

  /** A picture of a size by chance on light paper, or, seldom, on dark. */
  static Sketch onPaper(RandomGenerator random) {
    int pixels = PIXELS[random.nextInt(PIXELS.length)];
    boolean dark = random.nextDouble() < DARK;
    int tone = dark ? random.nextInt(15, 55) : random.nextInt(232, 256);
    return new Sketch(pixels, new Color(tone, tone, tone), dark);
  }

  /** Whether the paper is dark. */
  boolean isDark() {
    return dark;
  }

  /** An ink for text that is not about colours. */
  Color ink(RandomGenerator random) {
    int tone = dark ? random.nextInt(220, 256) : random.nextInt(0, 60);
    return new Color(tone, tone, tone);
  }

  void fill(Shape shape, Color colour) {
    pen.setColor(colour);
    pen.fill(shape);
  }

  /** Lays a small picture over all of this one, smoothly stretched and more or less opaque. */
  void cover(BufferedImage small, double opacity) {
    Composite before = pen.getComposite();
    pen.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, (float) opacity));
    pen.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    int side = (int) SIDE;
    pen.drawImage(small, 0, 0, side, side, null);
    pen.setComposite(before);
  }

  void line(double x0, double y0, double x1, double y1, Color colour, double width) {
    pen.setColor(colour);
    pen.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    pen.draw(new Line2D.Double(x0, y0, x1, y1));
  }

  double width(String text, Font font, double size) {
    return bounds(text, font, size).getWidth();
  }

  /**
   * The middle of a line of text that is to stand at about {@code middle}: text stands on the rows
   * of patches, small letters in the middle of one and large ones where two meet, give or take a
   * little. A tower that is very small reads nothing else.
   */
  static double ruled(RandomGenerator random, double middle, double size) {
    double half = size < LARGE ? PATCH / 2 : 0;
    long row = Math.round((middle - half) / PATCH);
    long least = half == 0 ? 1 : 0;
    long most = Math.round(SIDE / PATCH) - 1;
    return Math.clamp(row, least, most) * PATCH + half + random.nextDouble(-1.5, 1.5);
  }

  /** The size, at most {@code size}, at which a text is at most {@code width} wide. */
  double fitting(String text, Font font, double size, double width) {
    return Math.min(size, size * width / width(text, font, size));
  }

  /** A line of text from its left edge and its middle height. */
  void text(double x, double middle, String text, Font font, double size, Color colour) {
    Font sized = font.deriveFont((float) size);
    LineMetrics metrics = sized.getLineMetrics(text, pen.getFontRenderContext());
    pen.setFont(sized);
    pen.setColor(colour);
    double baseline = middle + (metrics.getAscent() - metrics.getDescent()) / 2;
    pen.drawString(text, (float) x, (float) baseline);
  }

  void centred(double x, double middle, String text, Font font, double size, Color colour) {
    text(x - width(text, font, size) / 2, middle, text, font, size, colour);
  }

  private Rectangle2D bounds(String text, Font font, double size) {
    return font.deriveFont((float) size).getStringBounds(text, pen.getFontRenderContext());
  }

  /** The picture as a PNG file. */
  byte[] png() {
    pen.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static Shape disc(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  /** A polygon of points x0, y0, x1, y1, …, in a unit of its own, moved to (x, y). */
  static Shape polygon(double x, double y, double unit, double... points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points[0], points[1]);
    for (int i = 2; i < points.length; i += 2) {
      path.lineTo(points[i], points[i + 1]);
    }
    path.closePath();
    AffineTransform place = AffineTransform.getTranslateInstance(x, y);
    place.scale(unit, unit);
    return place.createTransformedShape(path);
  }
}
