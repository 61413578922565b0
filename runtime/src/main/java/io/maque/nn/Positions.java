package io.maque.nn;

import io.maque.cache.BlockTable;

/**
 * Where each row of a forward pass belongs: the sequence's block table and the position in it.
 * Reused from pass to pass.
 */
public final class Positions implements Coordinates {
  private final BlockTable[] tables;
  private final int[] positions;

  /** Row after the last one of the run that a row belongs to. */
  private final int[] runEnds;

  private final int[] keptRunEnds;
  private int count;

  /** An empty list with room for {@code capacity} rows. */
  public Positions(int capacity) {
    tables = new BlockTable[capacity];
    positions = new int[capacity];
    runEnds = new int[capacity];
    keptRunEnds = new int[capacity];
  }

  /** Forgets all rows. */
  public void clear() {
    count = 0;
  }

  /** Appends rows for consecutive positions of one sequence. */
  public void append(BlockTable table, int begin, int rows) {
    int runEnd = count + rows;
    for (int i = 0; i < rows; i++) {
      runEnds[count] = runEnd;
      tables[count] = table;
      positions[count] = begin + i;
      count++;
    }
  }

  /** Forgets all rows but some, which become the first ones. */
  void keep(int[] rows) {
    for (int i = rows.length - 1, runEnd = rows.length; i >= 0; i--) {
      boolean goesOn =
          i + 1 < rows.length && rows[i + 1] == rows[i] + 1 && rows[i + 1] < runEnds[rows[i]];
      runEnd = goesOn ? runEnd : i + 1;
      keptRunEnds[i] = runEnd;
    }
    for (int i = 0; i < rows.length; i++) {
      tables[i] = tables[rows[i]];
      positions[i] = positions[rows[i]];
      runEnds[i] = keptRunEnds[i];
    }
    count = rows.length;
  }

  /** Number of rows. */
  public int count() {
    return count;
  }

  /** Position of a row in its sequence. */
  public int position(int row) {
    return positions[row];
  }

  /** The position, along every axis. */
  @Override
  public int coordinate(int row, int axis) {
    return position(row);
  }

  /** Block table of a row's sequence. */
  public BlockTable table(int row) {
    return tables[row];
  }

  /** Row after the last one of the consecutive positions that a row is among. */
  int runEnd(int row) {
    return runEnds[row];
  }
}
