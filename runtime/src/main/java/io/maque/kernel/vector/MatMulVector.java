package io.maque.kernel.vector;

import io.maque.kernel.ActivationLayout;
import io.maque.kernel.F32Activations;
import io.maque.kernel.MatMul;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The product with weights of any format, in f32: a panel of rows is decoded once into scratch
 * memory that stays in the L2 cache, then multiplied with all tokens, a {@link Tile} at a time.
 *
 * <p>For one token the panel is a single tile of four rows: storing the decoded row and reading it
 * back from L1 costs little beside decoding, and so one arithmetic serves decode and prefill with
 * the same bits. Activations are not quantised: without an int8 dot product in the Vector API that
 * would gain nothing, and it would cost fidelity.
 */
final class MatMulVector implements MatMul {
  /** 256 KiB: half of the smallest L2 cache in common use. */
  private static final int PANEL_FLOATS = 1 << 16;

  private final TensorType type;

  MatMulVector(TensorType type) {
    this.type = type;
  }

  @Override
  public String name() {
    return "MatMul" + type + "Vector";
  }

  @Override
  public ActivationLayout activationLayout() {
    return F32Activations.INSTANCE;
  }

  @Override
  public void multiply(
      MemorySegment weight,
      int columns,
      MemorySegment activations,
      int tokens,
      MemorySegment out,
      int outColumns,
      int rowBegin,
      int rowEnd) {
    int stride = Math.ceilDiv(columns, Lanes.COUNT) * Lanes.COUNT;
    Tokens x = new Tokens(activations, activationLayout().bytes(columns), tokens, stride);
    int panelRows = panelRows(stride, tokens, rowEnd - rowBegin);
    float[] panel = new float[panelRows * stride];
    float[] accumulators = new float[Tile.ACCUMULATORS];
    float[] results = new float[Tile.WIDTH * panelRows];
    RowDecoder decoder = RowDecoder.of(type);
    long rowBytes = type.bytes(columns);
    for (int row = rowBegin; row < rowEnd; row += panelRows) {
      int rows = Math.min(panelRows, rowEnd - row);
      for (int i = 0; i < rows; i++) {
        decoder.decode(weight, (row + i) * rowBytes, panel, i * stride, columns);
      }
      for (int token = 0; token < tokens; token += Tile.WIDTH) {
        float[] tile = x.tile(token);
        int width = Math.min(Tile.WIDTH, tokens - token);
        for (int i = 0; i < rows; i += Tile.ROWS) {
          multiplyTile(panel, i * stride, tile, width, stride, accumulators);
          sum(accumulators, width, results, i, panelRows);
        }
        for (int j = 0; j < width; j++) {
          long to = ((long) (token + j) * outColumns + row) * Float.BYTES;
          MemorySegment.copy(
              results, j * panelRows, out, ValueLayout.JAVA_FLOAT_UNALIGNED, to, rows);
        }
      }
    }
  }

  /** A multiple of {@link Tile#ROWS}: what fits the panel, but no more than there are. */
  private static int panelRows(int stride, int tokens, int rows) {
    int fitting = tokens == 1 ? Tile.ROWS : PANEL_FLOATS / stride;
    return Math.max(Tile.ROWS, Math.min(fitting, rows + Tile.ROWS - 1) / Tile.ROWS * Tile.ROWS);
  }

  private static void multiplyTile(
      float[] panel, int at, float[] tokens, int width, int stride, float[] accumulators) {
    if (width == 1) {
      Tile.multiplyByOne(panel, at, tokens, 0, stride, accumulators);
    } else {
      Tile.multiply(panel, at, tokens, 0, stride, accumulators);
    }
  }

  /** Rows beyond the end were computed from leftovers in the scratch; they are not written out. */
  private static void sum(float[] accumulators, int width, float[] results, int row, int pitch) {
    int tilePitch = width == 1 ? 1 : Tile.WIDTH;
    for (int i = 0; i < Tile.ROWS; i++) {
      for (int j = 0; j < width; j++) {
        results[j * pitch + row + i] = Tile.sum(accumulators, (i * tilePitch + j) * Lanes.COUNT);
      }
    }
  }

  /** The activations of one tile at a time, on the heap, where the compiler checks bounds once. */
  private static final class Tokens {
    private final MemorySegment activations;
    private final long tokenBytes;
    private final int tokens;
    private final int stride;
    private final float[] tile;
    private int loaded = -1;

    Tokens(MemorySegment activations, long tokenBytes, int tokens, int stride) {
      this.activations = activations;
      this.tokenBytes = tokenBytes;
      this.tokens = tokens;
      this.stride = stride;
      this.tile = new float[Math.min(tokens, Tile.WIDTH) == 1 ? stride : Tile.WIDTH * stride];
    }

    /** The activations from {@code token} on. */
    float[] tile(int token) {
      if (loaded != token) {
        for (int i = 0; i < Math.min(Tile.WIDTH, tokens - token); i++) {
          long from = (token + i) * tokenBytes;
          MemorySegment.copy(
              activations, ValueLayout.JAVA_FLOAT_UNALIGNED, from, tile, i * stride, stride);
        }
        loaded = token;
      }
      return tile;
    }
  }
}
