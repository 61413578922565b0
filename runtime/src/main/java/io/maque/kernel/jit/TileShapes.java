package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;

import io.maque.asm.Memory;
import io.maque.asm.Tile;
import io.maque.asm.VectorAssembler;

/**
 * What the tile registers of AMX hold while panels are multiplied. A product of tiles is {@code
 * sums[t][r] += Σ activations[t][k] · values[k][r]}: as many tokens as the tile has rows, the 16
 * rows of a panel, and the columns of a block that share a scale, 32 or 16.
 *
 * <pre>
 *   tmm0  activations of the tokens left over  tokens × columns bytes
 *   tmm1  sums of these                        tokens × 16 32-bit integers
 *   tmm2  sums of 16 tokens                    16 × 16
 *   tmm3  the second sums
 *   tmm4  activations of 16 tokens             16 × columns
 *   tmm5  the second activations
 *   tmm6  values                               columns / 4 × 16 rows of four bytes
 *   tmm7  the second values
 * </pre>
 *
 * <p>Both shapes of the left side are there at once, so that shapes are set once for a range of
 * rows: to set them clears all tiles and takes as long as many products.
 */
final class TileShapes {
  /** Rows of a tile, and so the tokens of a full product. */
  static final int TOKENS = 16;

  /** Bytes of a row of sums and of values. */
  static final int ROW_BYTES = 64;

  /** Bytes of a tile of sums. */
  static final int SUMS_BYTES = TOKENS * ROW_BYTES;

  private static final int TILES = 8;

  /** The two tiles whose rows are tokens left over. */
  private static final int REST_TILES = 2;

  private final Panel panel;

  TileShapes(Panel panel) {
    this.panel = panel;
  }

  /** Products of tiles in a block: one for each plane of the activations, or for each half. */
  int products() {
    return panel.kind().hasHalves() ? 2 : panel.activationPlanes();
  }

  /** Columns that a product of tiles adds up. */
  int columns() {
    return panel.kind().hasHalves() ? Panel.BLOCK_COLUMNS / 2 : Panel.BLOCK_COLUMNS;
  }

  /** Activations of product {@code i}; of the tokens left over, those of all products in turn. */
  Tile activations(int i, boolean full) {
    return new Tile(full ? 4 + i : 0);
  }

  /** Sums of product {@code i}. */
  Tile sums(int i, boolean full) {
    return new Tile(full ? 2 + i : 1);
  }

  /** Values of product {@code i}, the same for both planes. */
  Tile values(int i) {
    return new Tile(panel.kind().hasHalves() ? 6 + i : 6);
  }

  /**
   * Sets the shapes. Overwrites rax, rdx and the 64 bytes below the stack pointer, which the System
   * V convention leaves to a function between its calls.
   *
   * @param rest 1 to 16, the tokens that are left over
   */
  void configure(VectorAssembler a, Memory rest) {
    // Intel's manual, LDTILECFG: palette at 0, bytes of a row from 16 on, rows from 48 on.
    long[] words = new long[8];
    words[0] = 1;
    for (int tile = 0; tile < TILES; tile++) {
      boolean left = tile == 0 || tile == 4 || tile == 5;
      boolean right = tile >= 6;
      words[2 + tile / 4] |= (long) (left ? columns() : ROW_BYTES) << 16 * (tile % 4);
      int rows = tile < REST_TILES ? 0 : right ? columns() / 4 : TOKENS;
      words[6] |= (long) rows << 8 * tile;
    }
    for (int i = 0; i < words.length; i++) {
      a.mov(rax, words[i]);
      if (i == 6) {
        a.mov(rdx, rest);
        a.imul(rdx, rdx, 0x0101);
        a.add(rax, rdx);
      }
      a.mov(Memory.mem(rsp, 8 * i - 64), rax);
    }
    a.ldtilecfg(Memory.mem(rsp, -64));
  }
}
