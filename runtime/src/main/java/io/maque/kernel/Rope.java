package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/** Rotary position embedding (Su et al. 2021, arXiv 2104.09864), in place on one token's heads. */
public interface Rope extends Kernel {

  /**
   * Rotates the first {@code 2 · pairs} values of each head; the rest pass unchanged.
   *
   * @param x f32, {@code heads × headLength} from byte {@code offset}
   * @param angles f32 from byte {@code anglesOffset}: {@code pairs} cosines, then {@code pairs}
   *     sines, of the token's position
   */
  void rotate(
      MemorySegment x,
      long offset,
      int heads,
      int headLength,
      int pairs,
      MemorySegment angles,
      long anglesOffset);
}
