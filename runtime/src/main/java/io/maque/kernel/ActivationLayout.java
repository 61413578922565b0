package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/** A layout that activations are written to before a {@link MatMul}: plain f32, or quantised. */
public interface ActivationLayout {

  /** For messages and the kernel table, such as {@code F32} or {@code Q8_0}. */
  String name();

  /** Bytes of one activation of {@code columns} values; a multiple of 64. */
  long bytes(int columns);

  /**
   * Writes activations {@code [tokenBegin, tokenEnd)}.
   *
   * @param source f32, {@code tokens × columns}
   * @param columns values per activation, a multiple of 32
   * @param target {@code tokens × bytes(columns)} bytes
   */
  void write(MemorySegment source, int columns, int tokenBegin, int tokenEnd, MemorySegment target);
}
