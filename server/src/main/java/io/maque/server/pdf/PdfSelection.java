package io.maque.server.pdf;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which pages to draw, and how large.
 *
 * @param edge the longer edge in pixels, 64 to 2048; a page is never drawn at more than 150 dots
 *     per inch
 * @param pages numbers from 1; none for all pages from the first on, as many as are drawn at once
 */
public record PdfSelection(int edge, List<Integer> pages) {
  /** Smallest and largest edge. */
  public static final int MIN_EDGE = 64;

  /** Largest edge. */
  public static final int MAX_EDGE = 2048;

  /** Most pages of one request that names none. */
  public static final int MAX_PAGES = 100;

  private static final long MAX_PIXELS = 16L * MAX_EDGE * MAX_EDGE;

  public PdfSelection {
    pages = List.copyOf(pages);
    if (edge < MIN_EDGE || edge > MAX_EDGE) {
      throw new IllegalArgumentException(
          "edge: expected %d to %d pixels, found %d".formatted(MIN_EDGE, MAX_EDGE, edge));
    }
    int most = atOnce(edge);
    if (pages.size() > most) {
      throw new IllegalArgumentException(
          "pages: expected at most %d of this size, found %d".formatted(most, pages.size()));
    }
    for (int page : pages) {
      if (page < 1) {
        throw new IllegalArgumentException("pages: expected numbers from 1, found " + page);
      }
    }
  }

  /** How many pages of a size are drawn for one request. */
  static int atOnce(int edge) {
    return (int) Math.min(MAX_PAGES, MAX_PIXELS / ((long) edge * edge));
  }

  /** The pages to draw of a document that has {@code count}. */
  List<Integer> of(int count) {
    if (!pages.isEmpty()) {
      return pages;
    }
    return IntStream.rangeClosed(1, Math.min(count, atOnce(edge))).boxed().toList();
  }
}
