package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Maxima;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * {@code void maxima(const float* x, float* maxima, float* zero, void*, long whole, long rest, long
 * blocks)}: the largest of each of {@code blocks} blocks, and 0 where {@code zero} points unless a
 * value is not finite; see {@link Lanes}. With 512 bits:
 *
 * <pre>
 *   block:
 *   vmovups zmm1, [minus infinity]
 *   mov     rax, r8
 *   loop:
 *   vmovups zmm0, [rdi]
 *   vmaxps  zmm1, zmm1, zmm0
 *   vsubps  zmm0, zmm0, zmm0     ; 0 unless it is not finite
 *   vaddps  zmm2, zmm2, zmm0
 *   add     rdi, 64
 *   dec     rax
 *   jnz     loop
 *   ...                          ; the rest, and the largest of zmm1
 *   vmovss  [rsi], xmm1
 *   add     rsi, 4
 *   dec     rcx
 *   jnz     block
 * </pre>
 */
final class MaximaJit implements Maxima {
  private static final Gp X = rdi;
  private static final Gp MAXIMA = rsi;
  private static final Gp ZERO = rdx;
  private static final Gp WHOLE = r8;
  private static final Gp REST = r9;
  private static final Gp LEFT = rax;
  private static final Gp BLOCKS = rcx;

  private final Isa isa;
  private final LazyFunction function;

  MaximaJit(Isa isa) {
    this.isa = isa;
    this.function = new LazyFunction(() -> generate(isa));
  }

  @Override
  public String name() {
    return "Maxima" + isa.suffix();
  }

  @Override
  public boolean find(MemorySegment x, long offset, int count, MemorySegment maxima) {
    int whole = count / BLOCK;
    int rest = count % BLOCK;
    boolean finite = true;
    if (whole > 0) {
      finite = find(x, offset, whole, BLOCK, maxima, 0);
    }
    if (rest > 0) {
      long at = offset + (long) whole * BLOCK * Float.BYTES;
      finite &= find(x, at, 1, rest, maxima, whole);
    }
    return finite;
  }

  private boolean find(
      MemorySegment x, long offset, int blocks, int length, MemorySegment maxima, int first) {
    MemorySegment xs = Lanes.slice(x, offset, blocks * length);
    MemorySegment found = Lanes.slice(maxima, (long) first * Float.BYTES, blocks + 1);
    long zeroAt = (long) blocks * Float.BYTES;
    function
        .get()
        .call(
            xs,
            found,
            found.asSlice(zeroAt),
            MemorySegment.NULL,
            Lanes.whole(isa, length),
            Lanes.rest(isa, length),
            blocks,
            0,
            0);
    return found.get(ValueLayout.JAVA_FLOAT_UNALIGNED, zeroAt) == 0;
  }

  static VectorAssembler generate(Isa isa) {
    VectorAssembler a = isa.assembler();
    Constants constants = new Constants();
    Lanes lanes = new Lanes(isa, a, constants);
    Label block = new Label();
    Vec value = isa.v(0);
    Vec largest = isa.v(1);
    Vec zero = isa.v(2);
    Vec scratch = isa.v(3);
    Memory least = constants.floats(Float.NEGATIVE_INFINITY);
    Lanes.Part rest = lanes.first(REST, 1, 15, k1);
    // The third number lies on the stack, above the return address.
    a.mov(BLOCKS, Memory.mem(rsp, 8));
    a.vxorps(zero, zero, zero);
    a.imul(REST, REST, Float.BYTES);
    a.bind(block);
    a.vmovups(largest, least);
    a.mov(LEFT, WHOLE);
    lanes.forEach(
        LEFT,
        List.of(X),
        rest,
        part -> {
          // Elements beyond the block are as small as can be, and count as 0.
          lanes.load(value, Memory.mem(X), part);
          a.vsubps(scratch, value, value);
          a.vaddps(zero, zero, scratch);
          part.ifPresent(some -> {
            a.vmovups(isa.v(4), least);
            some.merge(isa.v(4), value, scratch);
            a.vmovups(value, isa.v(4));
          });
          a.vmaxps(largest, largest, value);
        });
    a.add(X, REST);
    Reductions.max(a, largest, scratch);
    a.vmovss(Memory.mem(MAXIMA), largest.as(128));
    a.add(MAXIMA, Float.BYTES);
    a.dec(BLOCKS);
    a.jnz(block);
    Reductions.sum(a, zero, scratch);
    a.vmovss(Memory.mem(ZERO), zero.as(128));
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }
}
