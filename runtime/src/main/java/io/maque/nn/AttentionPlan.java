package io.maque.nn;

import io.maque.kernel.Attention.Queries;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * How the attention of one layer is split into pieces of work. Consecutive tokens of a sequence
 * form a tile, whose keys and values are read once. A tile of several tokens is one piece; a token
 * alone is as many pieces as it sees ranges of positions, so that a few long sequences keep all
 * threads busy. Every piece exists once for each K/V head.
 *
 * <p>Reused from layer to layer and pass to pass; the memory of states grows with the longest
 * context seen.
 */
final class AttentionPlan {
  private static final int ALL_RANGES = -1;
  private static final long ALIGNMENT_BYTES = 64;

  private int tiles;
  private int[] tileRow = new int[16];
  private int[] tileTokens = new int[16];

  /** Number of a tile's first piece; one more for the end. */
  private int[] firstPiece = new int[17];

  private int pieces;
  private int[] pieceTile = new int[16];

  /** The piece's only range, or {@link #ALL_RANGES}. */
  private int[] pieceRange = new int[16];

  private MemorySegment states = MemorySegment.NULL;

  /** Plans for rows in the order of {@code positions}. */
  void make(Positions positions, int maxTokens, int window) {
    tiles = 0;
    pieces = 0;
    int row = 0;
    while (row < positions.count()) {
      int tokens = Math.min(maxTokens, positions.runEnd(row) - row);
      addTile(row, tokens);
      Queries queries =
          new Queries(MemorySegment.NULL, 0, 0, tokens, positions.position(row), window);
      int ranges = queries.rangeEnd() - queries.firstRange();
      if (tokens > 1 || ranges == 1) {
        addPiece(ALL_RANGES);
      } else {
        for (int range = queries.firstRange(); range < queries.rangeEnd(); range++) {
          addPiece(range);
        }
      }
      row += tokens;
    }
    firstPiece[tiles] = pieces;
  }

  private void addTile(int row, int tokens) {
    if (tiles == tileRow.length) {
      tileRow = Arrays.copyOf(tileRow, 2 * tiles);
      tileTokens = Arrays.copyOf(tileTokens, 2 * tiles);
      firstPiece = Arrays.copyOf(firstPiece, 2 * tiles + 1);
    }
    tileRow[tiles] = row;
    tileTokens[tiles] = tokens;
    firstPiece[tiles] = pieces;
    tiles++;
  }

  private void addPiece(int range) {
    if (pieces == pieceTile.length) {
      pieceTile = Arrays.copyOf(pieceTile, 2 * pieces);
      pieceRange = Arrays.copyOf(pieceRange, 2 * pieces);
    }
    pieceTile[pieces] = tiles - 1;
    pieceRange[pieces] = range;
    pieces++;
  }

  int tiles() {
    return tiles;
  }

  /** First row of a tile. */
  int row(int tile) {
    return tileRow[tile];
  }

  /** Rows of a tile. */
  int tokens(int tile) {
    return tileTokens[tile];
  }

  int firstPiece(int tile) {
    return firstPiece[tile];
  }

  int pieces() {
    return pieces;
  }

  int tileOf(int piece) {
    return pieceTile[piece];
  }

  int range(int piece) {
    return pieceRange[piece];
  }

  /** Whether the pieces of a tile leave states that are still to be merged. */
  boolean isSplit(int tile) {
    return pieceRange[firstPiece[tile]] != ALL_RANGES;
  }

  /** Scratch memory of at least {@code bytes}. */
  MemorySegment states(long bytes) {
    if (states.byteSize() < bytes) {
      states = Arena.ofAuto().allocate(Math.max(bytes, 2 * states.byteSize()), ALIGNMENT_BYTES);
    }
    return states;
  }
}
