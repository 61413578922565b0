package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.maque.asm.Memory;
import io.maque.asm.Tile;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.RandomWeights;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The code of the rung {@code amx}, run by an emulated CPU and held to the scalar definition bit
 * for bit: quantising, unpacking, products in tiles, and the loop over all of them.
 */
@Tag("real")
@EnabledOnOs(architectures = "amd64")
class MatMulAmxEmulatedTest {
  /** Less than a tile, a tile, and more, with rest and without. */
  private static final int[] TOKENS = {1, 7, 8, 15, 16, 17, 32, 37};

  private static final int MAX_TOKENS = 37;
  private static final int STRETCH_COLUMNS = 512;
  private static final int PANELS = 2;
  private static final int ROWS = 16 * PANELS;

  /** Output columns beyond the rows, which must stay as they are. */
  private static final int MARGIN = 3;

  private static final int UNTOUCHED = 0x7FC0_1234;
  private static final int PANEL_BYTES = 32 * 1024;

  @TempDir private Path folder;

  static Stream<TensorType> types() {
    return Arrays.stream(TensorType.values())
        .filter(type -> MatMuls.packer(type, Isa.AMX).isPresent());
  }

  /** What all else here rests on: how the emulator understands the tile instructions. */
  @Test
  void theEmulatorMultipliesSignedBytes() throws Exception {
    Random random = new Random(3);
    byte[] left = new byte[16 * 64];
    byte[] right = new byte[16 * 64];
    random.nextBytes(left);
    random.nextBytes(right);
    byte[] shapes = new byte[64];
    // Five rows of 24 bytes times six rows of four bytes of 16 columns.
    shapes[0] = 1;
    shapes[16] = 24;
    shapes[18] = 64;
    shapes[20] = 64;
    shapes[48] = 5;
    shapes[49] = 6;
    shapes[50] = 5;
    VectorAssembler a = new VectorAssembler();
    a.ldtilecfg(Memory.mem(rdi));
    a.mov(rax, 64);
    a.tileloadd(new Tile(0), Memory.mem(rsi, rax, 1, 0));
    a.tileloadd(new Tile(1), Memory.mem(rdx, rax, 1, 0));
    a.tilezero(new Tile(2));
    a.tdpbssd(new Tile(2), new Tile(0), new Tile(1));
    a.tdpbssd(new Tile(2), new Tile(0), new Tile(1));
    a.tilestored(Memory.mem(rcx, rax, 1, 0), new Tile(2));
    a.tilerelease();
    a.ret();
    EmulatedPc pc = new EmulatedPc();
    long out = pc.placeResult(new byte[16 * 64]);
    pc.call(pc.place(a), pc.place(shapes), pc.place(left), pc.place(right), out);

    int[] expected = new int[16 * 16];
    for (int i = 0; i < 5 * 16; i++) {
      for (int k = 0; k < 24; k++) {
        int value = right[k / 4 * 64 + i % 16 * 4 + k % 4];
        expected[i] += 2 * left[i / 16 * 64 + k] * value;
      }
    }
    int[] found = new int[expected.length];
    pc.run(folder).get(out).asIntBuffer().get(found);
    assertThat(found).containsExactly(expected);
  }

  @ParameterizedTest
  @MethodSource("types")
  void computesTheScalarDefinitionBitForBit(TensorType type) throws Exception {
    Random random = new Random(5);
    EmulatedPc pc = new EmulatedPc();
    Code code = new Code(pc, type);
    List<Product> products = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      int[] columnCounts = {type.blockSize(), 3 * type.blockSize(), STRETCH_COLUMNS + 256};
      for (int columns : columnCounts) {
        MemorySegment weight = RandomWeights.rows(arena, random, type, columns, ROWS, 0.1f);
        FloatMatrix x = FloatMatrix.allocate(arena, MAX_TOKENS, columns);
        for (int i = 0; i < MAX_TOKENS * columns; i++) {
          x.set(i / columns, i % columns, (float) random.nextGaussian());
        }
        code.add(weight, x, TOKENS, products);
      }
      Map<Long, ByteBuffer> results = pc.run(folder);

      assertThat(products).hasSize(columnCounts.length * TOKENS.length);
      products.forEach(product -> product.check(results.get(product.out())));
    }
  }

  /** All values at an end of their range, and activations that are no numbers. */
  @ParameterizedTest
  @MethodSource("types")
  void computesTheScalarDefinitionOfExtremesBitForBit(TensorType type) throws Exception {
    int columns = Math.max(64, type.blockSize());
    EmulatedPc pc = new EmulatedPc();
    Code code = new Code(pc, type);
    List<Product> products = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      FloatMatrix x = FloatMatrix.allocate(arena, 8, columns);
      for (int k = 0; k < columns; k++) {
        x.set(0, k, -1);
        x.set(1, k, k % 2 == 0 ? 1 : -1);
        x.set(2, k, k == 3 ? Float.NaN : k);
        x.set(3, k, k == columns - 2 ? Float.POSITIVE_INFINITY : -k);
        x.set(4, k, k % 5 == 0 ? Float.NEGATIVE_INFINITY : 3e38f);
        x.set(5, k, k % 3 == 0 ? Float.MIN_VALUE : -3e38f);
        x.set(6, k, 1);
        x.set(7, k, 0);
      }
      for (int fill : new int[] {0x00, 0xFF, 0x80, 0x7F, 0x81, 0x0F, 0xF0}) {
        for (float scale : new float[] {-1f, 6e-8f, 65504f, Float.POSITIVE_INFINITY}) {
          MemorySegment weight = RandomWeights.constant(arena, type, columns, ROWS, fill, scale);
          code.add(weight, x, new int[] {x.rows()}, products);
        }
      }
      Map<Long, ByteBuffer> results = pc.run(folder);

      products.forEach(product -> product.check(results.get(product.out())));
    }
  }

  /** A product that was asked for, and where its output is. */
  private record Product(
      TensorType type, MemorySegment weight, FloatMatrix x, int tokens, long out) {

    void check(ByteBuffer result) {
      ScalarPanel panel = new ScalarPanel(type, weight);
      int width = ROWS + MARGIN;
      float[] found = new float[tokens * width];
      result.asFloatBuffer().get(found);
      for (int token = 0; token < tokens; token++) {
        float[] expected = new float[width];
        Arrays.fill(expected, Float.intBitsToFloat(UNTOUCHED));
        for (int row = 0; row < ROWS; row++) {
          expected[row] = panel.multiply(row, x, token);
        }
        assertThat(Arrays.copyOfRange(found, token * width, (token + 1) * width))
            .as("%s, %d columns, token %d of %d", type, x.columns(), token, tokens)
            .containsExactly(expected);
      }
    }
  }

  /** The code for one format in the emulated memory. */
  private static final class Code {
    private final EmulatedPc pc;
    private final TensorType type;
    private final MatMulPanel kernel;
    private final QuantisedActivations activations;
    private final long quantise;
    private final long pack;
    private final long loop;
    private final long scratch;
    private final long[] products = new long[TileShapes.TOKENS + 1];

    Code(EmulatedPc pc, TensorType type) {
      this.pc = pc;
      this.type = type;
      PanelKernel code = new TilePanelKernel(MatMuls.packer(type, Isa.AMX).orElseThrow());
      int planes = code.activationPlanes();
      this.activations = new QuantisedActivations(planes, () -> new Quantise(planes).generate());
      this.kernel = new MatMulPanel(code, activations);
      this.quantise = pc.place(new Quantise(planes).generate());
      this.pack = pc.place(code.pack());
      this.loop = pc.place(code.loop(STRETCH_COLUMNS / type.blockSize()));
      this.scratch = pc.place(new byte[PANEL_BYTES]);
      for (int tokens = 1; tokens < products.length; tokens++) {
        products[tokens] = pc.place(code.product(tokens));
      }
    }

    /** Adds a product for each number of tokens. */
    void add(MemorySegment weight, FloatMatrix x, int[] tokenCounts, List<Product> to) {
      int columns = x.columns();
      long placedWeight = pc.place(weight.toArray(ValueLayout.JAVA_BYTE));
      long placedX = pc.place(x.data().toArray(ValueLayout.JAVA_BYTE));
      long quantised = pc.place(new byte[Math.toIntExact(x.rows() * activations.bytes(columns))]);
      for (int token = 0; token < x.rows(); token++) {
        long from = placedX + (long) token * columns * Float.BYTES;
        long target = quantised + token * activations.bytes(columns);
        pc.call(quantise, from, target, 0, 0, columns / QuantisedActivations.BLOCK_COLUMNS);
      }
      for (int tokens : tokenCounts) {
        long out = pc.placeResult(untouched(tokens));
        Arguments arguments = new Arguments(LoopArguments.BYTES, LoopArguments.BYTES);
        kernel.setShape(arguments, 0, PANELS, columns, tokens, ROWS + MARGIN);
        arguments.set(LoopArguments.PACK, pack);
        arguments.set(LoopArguments.FULL_PRODUCT, products[TileShapes.TOKENS]);
        arguments.set(LoopArguments.REST_PRODUCT, products[tokens % TileShapes.TOKENS]);
        arguments.set(LoopArguments.SCRATCH, scratch);
        byte[] bytes = arguments.write(LoopArguments.BYTES).toArray(ValueLayout.JAVA_BYTE);
        pc.call(loop, placedWeight, quantised, out, pc.place(bytes));
        to.add(new Product(type, weight, x, tokens, out));
      }
    }

    private static byte[] untouched(int tokens) {
      ByteBuffer bytes =
          ByteBuffer.allocate(tokens * (ROWS + MARGIN) * Float.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        bytes.putInt(UNTOUCHED);
      }
      return bytes.array();
    }
  }
}
