package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;
import static io.maque.asm.Vec.xmm;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.RmsNorm;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@code void normalize(const float* x, const float* weight, float* out, void*, long whole, long
 * rest, long rows, float columns, float epsilon)}; see {@link Lanes}. Two passes over each row: the
 * sum of squares, then the product.
 */
final class RmsNormJit implements RmsNorm {
  private static final Gp X = rdi;
  private static final Gp WEIGHT = rsi;
  private static final Gp OUT = rdx;
  private static final Gp ROWS_LEFT = rcx;
  private static final Gp WHOLE = r8;

  /** Elements of a row after its whole registers; then their bytes. */
  private static final Gp REST = r9;

  private static final Gp LEFT = rax;
  private static final Gp AT = r10;

  /** On the stack, above the return address. */
  private static final Memory ROWS = Memory.mem(rsp, 8);

  private static final Memory COLUMNS = Memory.mem(rsp, 16);
  private static final Memory EPSILON = Memory.mem(rsp, 24);

  private final Isa isa;
  private final LazyFunction function;

  RmsNormJit(Isa isa) {
    this.isa = isa;
    this.function = new LazyFunction(() -> generate(isa));
  }

  @Override
  public String name() {
    return "RmsNorm" + isa.suffix();
  }

  @Override
  public void normalize(
      MemorySegment x,
      long xOffset,
      int columns,
      MemorySegment weight,
      float epsilon,
      MemorySegment out,
      long outOffset) {
    normalizeRows(x, xOffset, 1, columns, weight, epsilon, out, outOffset);
  }

  @Override
  public void normalizeRows(
      MemorySegment x,
      long xOffset,
      int rows,
      int columns,
      MemorySegment weight,
      float epsilon,
      MemorySegment out,
      long outOffset) {
    int count = Math.multiplyExact(rows, columns);
    MemorySegment xs = Lanes.slice(x, xOffset, count);
    MemorySegment weights = Lanes.slice(weight, 0, columns);
    MemorySegment outs = Lanes.slice(out, outOffset, count);
    function
        .get()
        .call(
            xs,
            weights,
            outs,
            MemorySegment.NULL,
            Lanes.whole(isa, columns),
            Lanes.rest(isa, columns),
            rows,
            Float.floatToRawIntBits(columns),
            Float.floatToRawIntBits(epsilon));
  }

  static VectorAssembler generate(Isa isa) {
    VectorAssembler a = isa.assembler();
    Constants constants = new Constants();
    Lanes lanes = new Lanes(isa, a, constants);
    Vec scale = isa.v(2);
    Vec value = isa.v(3);
    Vec weight = isa.v(4);
    Label row = new Label();
    Lanes.Part rest = lanes.first(REST, 1, 15, k1);
    a.mov(ROWS_LEFT, ROWS);
    a.imul(REST, REST, Float.BYTES);
    a.bind(row);
    a.vxorps(scale, scale, scale);
    a.mov(AT, X);
    a.mov(LEFT, WHOLE);
    lanes.forEach(
        LEFT,
        List.of(AT),
        rest,
        part -> {
          lanes.load(value, Memory.mem(AT), part);
          a.vfmadd231ps(scale, value, value);
        });
    Reductions.sum(a, scale, value);
    a.vmovss(xmm(3), COLUMNS);
    a.vdivps(xmm(2), xmm(2), xmm(3));
    a.vmovss(xmm(3), EPSILON);
    a.vaddps(xmm(2), xmm(2), xmm(3));
    a.vsqrtps(xmm(2), xmm(2));
    constants.loadFloats(a, xmm(3), 1);
    a.vdivps(xmm(2), xmm(3), xmm(2));
    a.vbroadcastss(scale, xmm(2));
    a.mov(AT, WEIGHT);
    a.mov(LEFT, WHOLE);
    lanes.forEach(
        LEFT,
        List.of(X, AT, OUT),
        rest,
        part -> {
          lanes.load(value, Memory.mem(X), part);
          lanes.load(weight, Memory.mem(AT), part);
          a.vmulps(value, value, scale);
          a.vmulps(value, value, weight);
          lanes.store(Memory.mem(OUT), value, part);
        });
    a.add(X, REST);
    a.add(OUT, REST);
    a.dec(ROWS_LEFT);
    a.jnz(row);
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }
}
