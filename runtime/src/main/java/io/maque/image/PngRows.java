package io.maque.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The rows of a PNG picture: inflated only as far as rows are asked for, filters undone. */
final class PngRows implements AutoCloseable {
  private final Inflater inflater = new Inflater();
  private final int bytesPerPixel;
  private PngChunk data;
  private byte[] row = {};
  private byte[] above = {};

  /**
   * @param data the first data chunk; those that follow it directly continue it
   * @param bytesPerPixel at least 1
   */
  PngRows(PngChunk data, int bytesPerPixel) {
    this.data = data;
    this.bytesPerPixel = bytesPerPixel;
    feed();
  }

  private void feed() {
    Bytes content = data.verified();
    inflater.setInput(content.array(), content.offset(), content.length());
  }

  /** Begins a pass of rows of so many bytes. */
  void begin(int rowBytes) {
    row = new byte[rowBytes];
    above = new byte[rowBytes];
  }

  /** The next row of the pass; overwritten by the one after the next. */
  byte[] next() {
    byte[] swap = above;
    above = row;
    row = swap;
    byte[] filter = new byte[1];
    inflate(filter);
    inflate(row);
    unfilter(filter[0]);
    return row;
  }

  private void inflate(byte[] target) {
    try {
      int filled = 0;
      while (filled < target.length) {
        int count = inflater.inflate(target, filled, target.length - filled);
        filled += count;
        if (count == 0) {
          more();
        }
      }
    } catch (DataFormatException e) {
      throw new ImageFormatException("the PNG picture is damaged: its pixels do not inflate", e);
    }
  }

  private void more() {
    if (inflater.needsInput() && data.hasNext()) {
      data = data.next();
      if (data.is("IDAT")) {
        feed();
        return;
      }
    }
    throw new ImageFormatException(
        "the PNG picture is cut off or damaged: its pixels end early; send the whole file");
  }

  private void unfilter(int filter) {
    switch (filter) {
      case 0 -> {}
      case 1 -> addLeft();
      case 2 -> addAbove();
      case 3 -> addAverage();
      case 4 -> addPaeth();
      default ->
          throw new ImageFormatException(
              "the PNG picture is damaged: a row has filter %d, expected 0 to 4".formatted(filter));
    }
  }

  private void addLeft() {
    for (int i = bytesPerPixel; i < row.length; i++) {
      row[i] += row[i - bytesPerPixel];
    }
  }

  private void addAbove() {
    for (int i = 0; i < row.length; i++) {
      row[i] += above[i];
    }
  }

  private void addAverage() {
    for (int i = 0; i < row.length; i++) {
      int left = i < bytesPerPixel ? 0 : row[i - bytesPerPixel] & 0xFF;
      row[i] += (byte) (left + (above[i] & 0xFF) >> 1);
    }
  }

  /**
   * Adds the neighbour, left, above or above left, that is nearest to left + above − above left.
   */
  private void addPaeth() {
    for (int i = 0; i < row.length; i++) {
      boolean first = i < bytesPerPixel;
      int left = first ? 0 : row[i - bytesPerPixel] & 0xFF;
      int corner = first ? 0 : above[i - bytesPerPixel] & 0xFF;
      int up = above[i] & 0xFF;
      int toLeft = Math.abs(up - corner);
      int toUp = Math.abs(left - corner);
      int toCorner = Math.abs(left + up - 2 * corner);
      int nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
      row[i] += (byte) nearest;
    }
  }

  @Override
  public void close() {
    inflater.end();
  }
}
