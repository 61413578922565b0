package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Activations as they are: rows of f32, padded with zeros to whole cache lines so that kernels need
 * not care for a row's tail. The layout of every kernel that computes in f32; its one instance lets
 * them share prepared activations across weight formats.
 */
public final class F32Activations implements ActivationLayout {
  /** The only instance. */
  public static final F32Activations INSTANCE = new F32Activations();

  /** A cache line; no vector register is longer. */
  private static final int ALIGNMENT_FLOATS = 16;

  private F32Activations() {}

  @Override
  public String name() {
    return "F32";
  }

  @Override
  public long bytes(int columns) {
    return (long) Math.ceilDiv(columns, ALIGNMENT_FLOATS) * ALIGNMENT_FLOATS * Float.BYTES;
  }

  @Override
  public void write(
      MemorySegment source, int columns, int tokenBegin, int tokenEnd, MemorySegment target) {
    long sourceBytes = (long) columns * Float.BYTES;
    long targetBytes = bytes(columns);
    for (int token = tokenBegin; token < tokenEnd; token++) {
      long at = token * targetBytes;
      MemorySegment.copy(source, token * sourceBytes, target, at, sourceBytes);
      target.asSlice(at + sourceBytes, targetBytes - sourceBytes).fill((byte) 0);
    }
  }
}
