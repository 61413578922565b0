package io.maque.bench.profile;

import io.maque.kernel.Activation;
import io.maque.kernel.ActivationLayout;
import io.maque.kernel.Add;
import io.maque.kernel.Attention;
import io.maque.kernel.AttentionShape;
import io.maque.kernel.Availability;
import io.maque.kernel.CacheWrite;
import io.maque.kernel.F32Activations;
import io.maque.kernel.GatedActivation;
import io.maque.kernel.Hadamard;
import io.maque.kernel.KernelProvider;
import io.maque.kernel.Kernels;
import io.maque.kernel.LayerNorm;
import io.maque.kernel.Machine;
import io.maque.kernel.MatMul;
import io.maque.kernel.Maxima;
import io.maque.kernel.PlainActivation;
import io.maque.kernel.RmsNorm;
import io.maque.kernel.Rope;
import io.maque.kernel.RopePairing;
import io.maque.kernel.Softmax;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/** A rung that passes every call on to other kernels and notes its time. */
final class TimedProvider implements KernelProvider {
  private final Kernels kernels;
  private final WeightNames names;
  private final Tally tally;

  /** One wrapper for each layout, so that kernels that share prepared activations still do. */
  private final Map<ActivationLayout, ActivationLayout> layouts = new IdentityHashMap<>();

  /**
   * @param names names the weights of matrix products
   */
  TimedProvider(Kernels kernels, WeightNames names, Tally tally) {
    this.kernels = kernels;
    this.names = names;
    this.tally = tally;
  }

  @Override
  public String name() {
    return "timed";
  }

  @Override
  public Availability availability(Machine machine) {
    return new Availability.Usable();
  }

  @Override
  public Optional<MatMul> matMul(TensorType weightType) {
    MatMul kernel = kernels.matMul(weightType);
    return Optional.of(
        new TimedMatMul(kernel, timed(kernel.activationLayout()), weightType, names, tally));
  }

  /** But f32 as it is, which attention over all rows asks for by identity. */
  private ActivationLayout timed(ActivationLayout layout) {
    return layout == F32Activations.INSTANCE
        ? layout
        : layouts.computeIfAbsent(layout, original -> new TimedLayout(original, tally));
  }

  @Override
  public Optional<Attention> attention(TensorType cacheType) {
    return Optional.of(new TimedAttention(kernels.attention(cacheType), cacheType, tally));
  }

  @Override
  public Optional<CacheWrite> cacheWrite(TensorType cacheType) {
    return Optional.of(new TimedCacheWrite(kernels.cacheWrite(cacheType), cacheType, tally));
  }

  @Override
  public Optional<Hadamard> hadamard() {
    return Optional.of(new TimedHadamard(kernels.hadamard(), tally));
  }

  @Override
  public Optional<RmsNorm> rmsNorm() {
    return Optional.of(new TimedRmsNorm(kernels.rmsNorm(), tally));
  }

  @Override
  public Optional<Rope> rope(RopePairing pairing) {
    return Optional.of(new TimedRope(kernels.rope(pairing), tally));
  }

  @Override
  public Optional<GatedActivation> gatedActivation(Activation activation) {
    return Optional.of(new TimedGate(kernels.gatedActivation(activation), tally));
  }

  @Override
  public Optional<PlainActivation> plainActivation(Activation activation) {
    return Optional.of(new TimedActivation(kernels.plainActivation(activation), tally));
  }

  @Override
  public Optional<LayerNorm> layerNorm() {
    return Optional.of(new TimedLayerNorm(kernels.layerNorm(), tally));
  }

  @Override
  public Optional<Softmax> softmax() {
    return Optional.of(new TimedSoftmax(kernels.softmax(), tally));
  }

  @Override
  public Optional<Add> add() {
    return Optional.of(new TimedAdd(kernels.add(), tally));
  }

  @Override
  public Optional<Maxima> maxima() {
    return Optional.of(kernels.maxima());
  }

  private record TimedLayout(ActivationLayout layout, Tally tally) implements ActivationLayout {
    @Override
    public String name() {
      return layout.name();
    }

    @Override
    public long bytes(int columns) {
      return layout.bytes(columns);
    }

    @Override
    public void write(
        MemorySegment source, int columns, int tokenBegin, int tokenEnd, MemorySegment target) {
      tally.time(
          "prepare activations " + layout.name(),
          0,
          () -> layout.write(source, columns, tokenBegin, tokenEnd, target));
    }
  }

  private record TimedMatMul(
      MatMul kernel, ActivationLayout layout, TensorType type, WeightNames names, Tally tally)
      implements MatMul {
    @Override
    public String name() {
      return kernel.name();
    }

    @Override
    public ActivationLayout activationLayout() {
      return layout;
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
      tally.time(
          names.find(weight) + " " + type,
          type.bytes(columns) * (rowEnd - rowBegin),
          () ->
              kernel.multiply(
                  weight, columns, activations, tokens, out, outColumns, rowBegin, rowEnd));
    }
  }

  private record TimedHadamard(Hadamard kernel, Tally tally) implements Hadamard {
    @Override
    public String name() {
      return kernel.name();
    }

    @Override
    public void transform(MemorySegment values, long offset, int count) {
      tally.time("hadamard", 0, () -> kernel.transform(values, offset, count));
    }
  }

  private record TimedCacheWrite(CacheWrite kernel, TensorType type, Tally tally)
      implements CacheWrite {
    @Override
    public String name() {
      return kernel.name();
    }

    @Override
    public void write(
        MemorySegment source,
        long offset,
        int heads,
        int length,
        MemorySegment pool,
        long at,
        long headStride) {
      tally.time(
          "write to the cache " + type,
          0,
          () -> kernel.write(source, offset, heads, length, pool, at, headStride));
    }
  }

  private record TimedAttention(Attention kernel, TensorType type, Tally tally)
      implements Attention {
    @Override
    public String name() {
      return kernel.name();
    }

    @Override
    public int maxTokens(AttentionShape shape) {
      return kernel.maxTokens(shape);
    }

    @Override
    public long stateBytes(AttentionShape shape, int tokens) {
      return kernel.stateBytes(shape, tokens);
    }

    @Override
    public void attend(
        AttentionShape shape, Queries queries, CachedHead head, int range, MemorySegment state) {
      int begin = Math.max(queries.begin(0), range * RANGE);
      int end = Math.min(queries.end(queries.tokens() - 1), (range + 1) * RANGE);
      tally.time(
          "attention " + type,
          type.bytes((long) (end - begin) * (shape.keyLength() + shape.valueLength())),
          () -> kernel.attend(shape, queries, head, range, state));
    }

    @Override
    public void merge(AttentionShape shape, int tokens, MemorySegment state, MemorySegment next) {
      tally.time("merge of attention", 0, () -> kernel.merge(shape, tokens, state, next));
    }

    @Override
    public void finish(
        AttentionShape shape,
        int tokens,
        MemorySegment state,
        MemorySegment out,
        long offset,
        long stride) {
      tally.time(
          "merge of attention", 0, () -> kernel.finish(shape, tokens, state, out, offset, stride));
    }
  }

  private record TimedRmsNorm(RmsNorm kernel, Tally tally) implements RmsNorm {
    @Override
    public String name() {
      return kernel.name();
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
      tally.time(
          "rmsNorm",
          0,
          () -> kernel.normalize(x, xOffset, columns, weight, epsilon, out, outOffset));
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
      tally.time(
          "rmsNorm",
          0,
          () -> kernel.normalizeRows(x, xOffset, rows, columns, weight, epsilon, out, outOffset));
    }
  }

  private record TimedRope(Rope kernel, Tally tally) implements Rope {
    @Override
    public String name() {
      return kernel.name();
    }

    @Override
    public void rotate(
        MemorySegment x,
        long offset,
        int heads,
        int headLength,
        int pairs,
        MemorySegment angles,
        long anglesOffset) {
      tally.time(
          "rope",
          0,
          () -> kernel.rotate(x, offset, heads, headLength, pairs, angles, anglesOffset));
    }
  }

  private record TimedGate(GatedActivation kernel, Tally tally) implements GatedActivation {
    @Override
    public String name() {
      return kernel.name();
    }

    @Override
    public void apply(
        MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int count) {
      tally.time("gate", 0, () -> kernel.apply(gate, gateOffset, up, upOffset, count));
    }
  }

  private record TimedActivation(PlainActivation kernel, Tally tally) implements PlainActivation {
    @Override
    public String name() {
      return kernel.name();
    }

    @Override
    public void apply(MemorySegment x, long offset, int count) {
      tally.time("activation", 0, () -> kernel.apply(x, offset, count));
    }
  }

  private record TimedSoftmax(Softmax kernel, Tally tally) implements Softmax {
    @Override
    public String name() {
      return kernel.name();
    }

    @Override
    public void apply(MemorySegment x, long offset, int count) {
      tally.time("softmax", 0, () -> kernel.apply(x, offset, count));
    }
  }

  private record TimedLayerNorm(LayerNorm kernel, Tally tally) implements LayerNorm {
    @Override
    public String name() {
      return kernel.name();
    }

    @Override
    public void normalize(
        MemorySegment x,
        long xOffset,
        int columns,
        MemorySegment weight,
        MemorySegment bias,
        float epsilon,
        MemorySegment out,
        long outOffset) {
      tally.time(
          "layerNorm",
          0,
          () -> kernel.normalize(x, xOffset, columns, weight, bias, epsilon, out, outOffset));
    }
  }

  private record TimedAdd(Add kernel, Tally tally) implements Add {
    @Override
    public String name() {
      return kernel.name();
    }

    @Override
    public void add(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int count) {
      tally.time("add", 0, () -> kernel.add(x, xOffset, y, yOffset, count));
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
      tally.time("add", 0, () -> kernel.addToRows(x, xOffset, stride, rows, y, yOffset, count));
    }
  }
}
