package io.maque.kernel.jit;

import io.maque.kernel.ActivationLayout;
import io.maque.kernel.MatMul;
import java.lang.foreign.MemorySegment;

/**
 * The product with weights of one format on a CPU with AMX: with many tokens in tiles, with few in
 * vector registers. Both give the same bits, so a token does not depend on how many are with it.
 */
final class MatMulTiles implements MatMul {
  /**
   * From how many tokens on tiles are used: half a tile. Fewer leave the tiles' latencies, more
   * than a hundred cycles for a block, and the loads of values to be shared by few. By the count of
   * instructions ({@link TileProduct}) tiles win from about four tokens on; nobody has measured it,
   * so twice that.
   */
  static final int MIN_TOKENS = 8;

  private final MatMul few;
  private final MatMul many;

  MatMulTiles(MatMul few, MatMul many) {
    if (few.activationLayout() != many.activationLayout()) {
      throw new IllegalArgumentException(
          "expected one layout of activations, found %s and %s"
              .formatted(few.activationLayout().name(), many.activationLayout().name()));
    }
    this.few = few;
    this.many = many;
  }

  @Override
  public String name() {
    return many.name();
  }

  @Override
  public ActivationLayout activationLayout() {
    return many.activationLayout();
  }

  @Override
  public void multiply(
      MemorySegment weight,
      int columns,
      MemorySegment activations,
      int tokens,
      MemorySegment out,
      int outColumns,
      int rowBegin,
      int rowEnd) {
    MatMul kernel = tokens < MIN_TOKENS ? few : many;
    kernel.multiply(weight, columns, activations, tokens, out, outColumns, rowBegin, rowEnd);
  }
}
