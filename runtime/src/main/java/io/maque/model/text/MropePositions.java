package io.maque.model.text;

import io.maque.model.Batch;
import io.maque.model.ImageSpan;
import io.maque.nn.Coordinates;

/**
 * Multimodal rotary positions (Wang et al. 2024, arXiv 2409.12191): every row of a batch has a
 * time, a line and a column. Of text all three are one number that counts on. All rows of a picture
 * have the time at which it begins; line and column count from there. What follows goes on after
 * the longer side of the picture, so that a picture moves a text by less than it has rows.
 *
 * <p>Computed from where the pictures of a sequence stand, so a prompt may be cut anywhere, and
 * what is decoded later continues it.
 */
final class MropePositions implements Coordinates {
  static final int TIME = 0;
  static final int LINE = 1;
  static final int COLUMN = 2;

  private static final int AXES = 3;

  private final int[] coordinates;

  private MropePositions(int rows) {
    coordinates = new int[rows * AXES];
  }

  static MropePositions of(Batch batch) {
    MropePositions positions = new MropePositions(batch.tokens());
    int row = 0;
    for (Batch.Slice slice : batch.slices()) {
      positions.place(slice, row);
      row += slice.tokens().length;
    }
    return positions;
  }

  /** Places the rows of a slice, the first of which is {@code row}. */
  private void place(Batch.Slice slice, int row) {
    int firstRow = row - slice.begin();
    int position = slice.begin();
    // How many positions the pictures so far take beyond those they move a text by.
    int saved = 0;
    for (ImageSpan image : slice.images()) {
      if (image.begin() >= slice.end()) {
        break;
      }
      for (; position < image.begin(); position++) {
        set(firstRow + position, position - saved, 0, 0);
      }
      int start = image.begin() - saved;
      int columns = image.grid().columns();
      for (; position < Math.min(image.end(), slice.end()); position++) {
        int token = position - image.begin();
        set(firstRow + position, start, token / columns, token % columns);
      }
      saved += image.grid().tokens() - Math.max(image.grid().rows(), columns);
    }
    for (; position < slice.end(); position++) {
      set(firstRow + position, position - saved, 0, 0);
    }
  }

  private void set(int row, int time, int line, int column) {
    coordinates[row * AXES + TIME] = time;
    coordinates[row * AXES + LINE] = time + line;
    coordinates[row * AXES + COLUMN] = time + column;
  }

  @Override
  public int coordinate(int row, int axis) {
    return coordinates[row * AXES + axis];
  }
}
