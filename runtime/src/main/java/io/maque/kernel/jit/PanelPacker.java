package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;

import io.maque.asm.Gp;
import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Unpacks the rows of a {@link Panel} from one weight format. A subclass says how one block of the
 * format becomes one or more blocks of the panel; {@link #pack} has the signature.
 */
abstract class PanelPacker implements PanelKernel {
  /** A quad of columns 0 to 15, or of low nibbles. */
  static final int LOW = 0;

  /** A quad of columns 16 to 31, or of high nibbles. */
  static final int HIGH = 4;

  /** Four registers that {@link #storeQuad} overwrites; 12 to 15 are the packer's own. */
  static final int SCRATCH = 8;

  /** Eight registers for {@link #unpackWide}. */
  static final int WIDE = 16;

  private static final Gp PANEL = r8;
  private static final Gp BLOCKS = rcx;
  private static final Gp PREFETCH = rsi;
  private static final int LINE_BYTES = 64;

  final Panel panel;
  final Isa isa;
  final VectorAssembler a;
  final Rows rows;
  final Constants constants = new Constants();

  final TensorType type;

  private Receiver receiver;

  /** What is done with unpacked values. */
  @FunctionalInterface
  interface Receiver {
    /**
     * Takes columns {@code 4j} to {@code 4j + 3} of all rows.
     *
     * @param register holds the values
     * @param block number of the panel block within a block of the format
     */
    void take(int register, int block, int j);
  }

  /** Gathers the low halves of a lane's elements in both its 64-bit halves. */
  private final Memory wordOrder = constants.bytes(i -> i % 8 / 2 * 4 + i % 2);

  /** Gathers the first 64 bits of each lane. */
  private final Memory pairOrder = constants.ints(i -> i % 8 / 2 * 4 + i % 2);

  private final Memory offset;

  PanelPacker(TensorType type, Panel panel) {
    this.type = type;
    this.panel = panel;
    this.isa = panel.isa();
    this.a = isa.assembler();
    this.rows = new Rows(a, isa);
    this.offset = constants.bytes(i -> 1 << panel.offsetBits());
  }

  /** Loads constants into registers 12 to 15. */
  abstract void loadConstants();

  /** Unpacks one block of all rows; may use registers 0 to 11. */
  abstract void unpack();

  /**
   * The same for {@link PanelDot}, sixteen rows with loads of 32 bytes; may use registers 0 to 11
   * and 16 to 23.
   */
  void unpackWide() {
    unpack();
  }

  /** Bytes before a block that {@link #unpackWide} reads. */
  int bytesBefore() {
    return 0;
  }

  /** Bytes behind a block that {@link #unpackWide} reads. */
  int bytesBehind() {
    return 0;
  }

  @Override
  public final TensorType type() {
    return type;
  }

  @Override
  public final String name() {
    return "MatMul" + type + isa.suffix();
  }

  @Override
  public final int rows() {
    return panel.rows();
  }

  @Override
  public final int activationPlanes() {
    return panel.activationPlanes();
  }

  @Override
  public final int maxTokens() {
    return PanelProduct.maxTokens(isa);
  }

  @Override
  public final VectorAssembler product(int tokens) {
    return new PanelProduct(panel, tokens).generate();
  }

  @Override
  public final VectorAssembler loop(int stretchBlocks) {
    return new PanelLoop(type, panel, stretchBlocks, maxTokens()).generate();
  }

  @Override
  public final Optional<Single> single() {
    return isa.registers() == 32
        ? Optional.of(
            new Single(
                () -> new PanelDot(MatMuls.packer(type, isa).orElseThrow()).generate(),
                bytesBefore(),
                bytesBehind()))
        : Optional.empty();
  }

  @Override
  public final VectorAssembler pack() {
    Label loop = new Label();

    a.lea(rax, Memory.mem(rdi, r9, 1, 0));
    a.add(rdi, rsi);
    a.mov(PREFETCH, rax);
    rows.setUp();
    loadConstants();

    a.bind(loop);
    receiver = this::store;
    unpack();
    a.add(PANEL, panelBlocks() * panel.blockBytes());
    advance();
    a.jnz(loop);

    a.vzeroupper();
    a.ret();
    constants.place(a);
    return a;
  }

  /** Blocks of the panel that a block of the format becomes. */
  final int panelBlocks() {
    return type.blockSize() / Panel.BLOCK_COLUMNS;
  }

  /** Sets up what holds for all rows. */
  final void begin(Memory stride, Memory scales) {
    a.mov(rdx, stride);
    a.mov(PANEL, scales);
    loadConstants();
  }

  /** Begins with the rows at rdi, and to fetch ahead what lies at {@code prefetch}. */
  final void beginRows(Gp prefetch) {
    a.mov(PREFETCH, prefetch);
    rows.setUp();
  }

  /** Unpacks one block of sixteen rows for a receiver. */
  final void unpackWideTo(Receiver target) {
    receiver = target;
    unpackWide();
  }

  /** Goes to the next block of all rows; the zero flag says whether there is none. */
  final void advance() {
    a.add(PREFETCH, panel.rows() * type.blockBytes());
    rows.advance(type.blockBytes());
    a.dec(BLOCKS);
  }

  final Vec v(int number) {
    return isa.v(number);
  }

  /**
   * Fetches ahead part {@code i} of {@code n} of what one block of all rows takes; spread over the
   * unpacking, as the CPU has only a dozen or two of such requests under way.
   */
  final void prefetch(int i, int n) {
    int lines = Math.ceilDiv(panel.rows() * type.blockBytes(), LINE_BYTES);
    for (int line = lines * i / n; line < lines * (i + 1) / n; line++) {
      a.prefetcht0(Memory.mem(PREFETCH, line * LINE_BYTES));
    }
  }

  /** Loads element {@code j} of the sixteen bytes at {@code displacement} of all rows. */
  final void loadElements(int quad, int displacement, int elements) {
    rows.load(quad, displacement);
    rows.transpose(quad, SCRATCH, elements);
  }

  /**
   * Loads the first elements of the 32 bytes at {@code displacement} of all rows into registers
   * {@link #WIDE} and on.
   */
  final void loadWide(int displacement, int elements) {
    rows.loadWide(displacement, SCRATCH, IntStream.range(WIDE, WIDE + elements).toArray());
  }

  /** Transposes a quad of sixteen columns and stores them; {@code half} 1 for 16 to 31. */
  final void storeQuad(int quad, int block, int half) {
    rows.transpose(quad, SCRATCH, 4);
    storeTransposed(quad, block, half);
  }

  final void storeTransposed(int quad, int block, int half) {
    for (int j = 0; j < 4; j++) {
      take(quad + j, block, 4 * half + j);
    }
  }

  /** Gives away columns {@code 4j} to {@code 4j + 3} of all rows. */
  final void take(int register, int block, int j) {
    receiver.take(register, block, j);
  }

  private void store(int register, int block, int j) {
    if (panel.takesOffsetOff()) {
      a.vpsubb(v(register), v(register), offset);
    }
    a.vmovups(Memory.mem(PANEL, block * panel.blockBytes() + panel.values(j)), v(register));
  }

  /** Where row {@code i} of the scales of a panel block goes. */
  final Memory scales(int block, int i) {
    return Memory.mem(PANEL, block * panel.blockBytes() + panel.scales(i));
  }

  /**
   * Stores the bits from {@code shift} on in {@code mask} of each element, times {@code factor}.
   */
  final void storeProduct(int numbers, int shift, Memory mask, int factor, Memory target) {
    a.vpsrld(v(SCRATCH), v(numbers), shift);
    a.vandps(v(SCRATCH), v(SCRATCH), mask);
    storeIntegerProduct(factor, target);
  }

  /** Stores the low bits of byte {@code i} of each element, a signed number, times a factor. */
  final void storeSignedProduct(int numbers, int i, int bits, int factor, Memory target) {
    a.vpslld(v(SCRATCH), v(numbers), Integer.SIZE - bits - Byte.SIZE * i);
    a.vpsrad(v(SCRATCH), v(SCRATCH), Integer.SIZE - bits);
    storeIntegerProduct(factor, target);
  }

  private void storeIntegerProduct(int factor, Memory target) {
    a.vcvtdq2ps(v(SCRATCH), v(SCRATCH));
    a.vmulps(v(SCRATCH), v(SCRATCH), v(factor));
    a.vmovups(target, v(SCRATCH));
  }

  /** Converts the f16 in the low half of each 32-bit element to f32; target may be the source. */
  final void lowHalvesToFloats(int target, int source) {
    a.vpshufb(v(target), v(source), wordOrder);
    a.vmovups(v(SCRATCH), pairOrder);
    a.vpermd(v(target), v(SCRATCH), v(target));
    a.vcvtph2ps(v(target), v(target).as(isa.bytes() * 4));
  }

  /** Converts the f16 in the high half of each 32-bit element to f32; target may be the source. */
  final void highHalvesToFloats(int target, int source) {
    a.vpsrld(v(target), v(source), 16);
    lowHalvesToFloats(target, target);
  }

  /** Moves bits of {@code source} left, or right when negative, and adds those in {@code mask}. */
  final void orBits(int target, int source, int left, Vec mask, int scratch) {
    a.vandps(v(scratch), moved(source, left, scratch), mask);
    a.vorps(v(target), v(target), v(scratch));
  }

  final void orBits(int target, int source, int left, Memory mask, int scratch) {
    a.vandps(v(scratch), moved(source, left, scratch), mask);
    a.vorps(v(target), v(target), v(scratch));
  }

  private Vec moved(int source, int left, int scratch) {
    if (left > 0) {
      a.vpsllw(v(scratch), v(source), left);
    } else if (left < 0) {
      a.vpsrlw(v(scratch), v(source), -left);
    }
    return v(left == 0 ? source : scratch);
  }
}
