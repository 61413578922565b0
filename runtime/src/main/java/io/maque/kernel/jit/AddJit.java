package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Mask.k1;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Add;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@code void add(float* x, const float* y, void*, void*, long whole, long rest, long rows, long
 * stride)} adds {@code y} to each of {@code rows} rows of {@code x}, {@code stride} bytes apart;
 * see {@link Lanes}. With 256 bits:
 *
 * <pre>
 *   mov        r10, 8
 *   sub        r10, r9
 *   lea        r11, [ones, then zeros]
 *   vmovups    ymm15, [r11+r10*4]
 *   mov        rcx, [rsp+8]
 *   mov        rax, [rsp+16]
 *   mov        r10, rdi
 *   mov        r11, rsi
 *   row:
 *   mov        rdi, r10
 *   mov        rsi, r11
 *   mov        rdx, r8
 *   test       rdx, rdx
 *   jz         tail
 *   loop:
 *   vmovups    ymm0, [rdi]
 *   vmovups    ymm1, [rsi]
 *   vaddps     ymm0, ymm0, ymm1
 *   vmovups    [rdi], ymm0
 *   add        rdi, 32
 *   add        rsi, 32
 *   dec        rdx
 *   jnz        loop
 *   tail:
 *   vmaskmovps ymm0, ymm15, [rdi]
 *   vmaskmovps ymm1, ymm15, [rsi]
 *   vaddps     ymm0, ymm0, ymm1
 *   vmaskmovps [rdi], ymm15, ymm0
 *   add        r10, rax
 *   dec        rcx
 *   jnz        row
 *   vzeroupper
 *   ret
 * </pre>
 */
final class AddJit implements Add {
  private static final Gp X = rdi;
  private static final Gp Y = rsi;
  private static final Gp LEFT = rdx;
  private static final Gp ROWS_LEFT = rcx;
  private static final Gp WHOLE = r8;
  private static final Gp REST = r9;
  private static final Gp STRIDE = rax;
  private static final Gp ROW = r10;
  private static final Gp ADDENDS = r11;

  private final Isa isa;
  private final LazyFunction function;

  AddJit(Isa isa) {
    this.isa = isa;
    this.function = new LazyFunction(() -> generate(isa));
  }

  @Override
  public String name() {
    return "Add" + isa.suffix();
  }

  @Override
  public void add(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int count) {
    addToRows(x, xOffset, 0, 1, y, yOffset, count);
  }

  @Override
  public void addToRows(
      MemorySegment x,
      long xOffset,
      long stride,
      int rows,
      MemorySegment y,
      long yOffset,
      int count) {
    MemorySegment xs = x.asSlice(xOffset, (rows - 1) * stride + (long) count * Float.BYTES);
    MemorySegment ys = Lanes.slice(y, yOffset, count);
    function
        .get()
        .call(
            xs,
            ys,
            MemorySegment.NULL,
            MemorySegment.NULL,
            Lanes.whole(isa, count),
            Lanes.rest(isa, count),
            rows,
            stride,
            0);
  }

  static VectorAssembler generate(Isa isa) {
    VectorAssembler a = isa.assembler();
    Constants constants = new Constants();
    Lanes lanes = new Lanes(isa, a, constants);
    Label row = new Label();
    Lanes.Part rest = lanes.first(REST, 1, 15, k1);
    // The third and fourth number lie on the stack, above the return address.
    a.mov(ROWS_LEFT, Memory.mem(rsp, 8));
    a.mov(STRIDE, Memory.mem(rsp, 16));
    a.mov(ROW, X);
    a.mov(ADDENDS, Y);
    a.bind(row);
    a.mov(X, ROW);
    a.mov(Y, ADDENDS);
    a.mov(LEFT, WHOLE);
    lanes.forEach(
        LEFT,
        List.of(X, Y),
        rest,
        part -> {
          lanes.load(isa.v(0), Memory.mem(X), part);
          lanes.load(isa.v(1), Memory.mem(Y), part);
          a.vaddps(isa.v(0), isa.v(0), isa.v(1));
          lanes.store(Memory.mem(X), isa.v(0), part);
        });
    a.add(ROW, STRIDE);
    a.dec(ROWS_LEFT);
    a.jnz(row);
    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }
}
