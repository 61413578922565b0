package io.maque.kernel.jit;

/**
 * What the scales of a panel's block mean: how the block's output is made of its integer products,
 * in this order.
 */
public enum PanelKind {
  /** {@code scale · Σ (value - offset) · x}. */
  SCALED(1),
  /** {@code scale · Σ value · x + second · Σ x}. */
  SCALED_MIN(2),
  /** {@code scale} holds for columns 0 to 15 and {@code second} for 16 to 31. */
  SCALED_HALVES(2),
  /**
   * As {@link #SCALED_MIN} for each half: scales of both, then what {@code -Σ x} of each is
   * multiplied with.
   */
  SCALED_MIN_HALVES(4);

  private final int scales;

  PanelKind(int scales) {
    this.scales = scales;
  }

  /** Rows of scales. */
  public int scales() {
    return scales;
  }

  /** Whether the products of columns 0 to 15 and 16 to 31 are summed apart. */
  public boolean hasHalves() {
    return this == SCALED_HALVES || this == SCALED_MIN_HALVES;
  }
}
