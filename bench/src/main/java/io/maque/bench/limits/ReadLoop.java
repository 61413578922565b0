package io.maque.bench.limits;

import static io.maque.asm.Gp.r8;
import static io.maque.asm.Gp.rdi;
import static io.maque.asm.Vec.ymm;

import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;

/**
 * Reads memory once, in order: {@code void read(const void* from, long groups)}, each group {@link
 * #GROUP_BYTES}. With a prefetch distance, each group also asks for the lines that lie this far
 * ahead; the hardware alone often fetches too late.
 */
final class ReadLoop {
  static final int GROUP_BYTES = 256;

  private static final int VECTOR_BYTES = 32;
  private static final int LINE_BYTES = 64;

  private ReadLoop() {}

  /**
   * @param prefetchBytes distance of the prefetch, 0 for none
   */
  static VectorAssembler generate(int prefetchBytes) {
    VectorAssembler a = new VectorAssembler();
    Label loop = new Label();
    a.bind(loop);
    for (int at = 0; at < GROUP_BYTES; at += VECTOR_BYTES) {
      if (prefetchBytes > 0 && at % LINE_BYTES == 0) {
        a.prefetcht0(Memory.mem(rdi, prefetchBytes + at));
      }
      a.vmovdqu(ymm(at / VECTOR_BYTES), Memory.mem(rdi, at));
    }
    a.add(rdi, GROUP_BYTES);
    a.dec(r8);
    a.jnz(loop);
    a.vzeroupper();
    a.ret();
    return a;
  }
}
