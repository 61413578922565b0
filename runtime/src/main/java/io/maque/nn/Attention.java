package io.maque.nn;

import io.maque.cache.KvCache;
import io.maque.cache.KvLayout;
import io.maque.kernel.Attention.CachedHead;
import io.maque.kernel.Attention.Queries;
import io.maque.kernel.AttentionShape;
import io.maque.kernel.CacheWrite;
import io.maque.kernel.Kernels;
import io.maque.tensor.FloatMatrix;
import java.util.Optional;

/**
 * Causal self-attention with grouped queries (Vaswani et al. 2017, arXiv 1706.03762; Ainslie et al.
 * 2023, arXiv 2305.13245), rotary positions and, where a model has them, norms on query and key
 * heads and a sliding window (Beltagy et al. 2020, arXiv 2004.05150).
 *
 * <p>All keys and values of the pass are in the cache before the first query reads them, so that
 * tokens of one prompt see each other.
 */
public final class Attention {
  /** A window that hides nothing. */
  public static final int NO_WINDOW = Integer.MAX_VALUE;

  /**
   * The extents of multi-head attention.
   *
   * @param headCount query heads, a multiple of {@code headCountKv}
   * @param headCountKv K/V heads
   * @param keyLength values per query and key head
   * @param valueLength values per value head
   */
  public record Heads(int headCount, int headCountKv, int keyLength, int valueLength) {}

  private record HeadNorms(RmsNorm query, RmsNorm key) {}

  private final Kernels kernels;
  private final int layer;
  private final Heads heads;
  private final FusedLinear qkv;
  private final FusedLinear query;
  private final FusedLinear keyValue;
  private final Optional<HeadNorms> headNorms;
  private final Rope rope;
  private final float scale;
  private final int slidingWindow;
  private final FusedLinear output;
  private final KeyPreparation keyPreparation;

  /**
   * Attention to all earlier positions with the usual scale {@code 1/√keyLength} and no norms on
   * heads.
   *
   * @param layer number of the layer in the KV cache
   * @param qkv projections to queries, keys and values, in this order
   * @param rope rotates queries and keys
   * @param output projection back to the embedding length
   */
  public Attention(
      Kernels kernels, int layer, Heads heads, FusedLinear qkv, Rope rope, FusedLinear output) {
    this(
        kernels,
        layer,
        heads,
        qkv,
        Optional.empty(),
        rope,
        (float) (1 / Math.sqrt(heads.keyLength())),
        NO_WINDOW,
        output);
  }

  private Attention(
      Kernels kernels,
      int layer,
      Heads heads,
      FusedLinear qkv,
      Optional<HeadNorms> headNorms,
      Rope rope,
      float scale,
      int slidingWindow,
      FusedLinear output) {
    this.kernels = kernels;
    this.layer = layer;
    this.heads = heads;
    this.qkv = qkv;
    this.query = qkv.parts(kernels, 0, 1);
    this.keyValue = qkv.parts(kernels, 1, 3);
    this.headNorms = headNorms;
    this.rope = rope;
    this.scale = scale;
    this.slidingWindow = slidingWindow;
    this.output = output;
    this.keyPreparation =
        new KeyPreparation(
            kernels, heads, headNorms.isEmpty() ? qkv.bias(1) : Optional.empty(), rope);
  }

  /** The same with norms of each query head and each key head before rotation. */
  public Attention withHeadNorms(RmsNorm query, RmsNorm key) {
    return new Attention(
        kernels,
        layer,
        heads,
        qkv,
        Optional.of(new HeadNorms(query, key)),
        rope,
        scale,
        slidingWindow,
        output);
  }

  /**
   * The same with a window.
   *
   * @param positions that a query sees, its own included; {@link #NO_WINDOW} for all
   */
  public Attention withSlidingWindow(int positions) {
    return new Attention(kernels, layer, heads, qkv, headNorms, rope, scale, positions, output);
  }

  /** The same with another factor on query-key products. */
  public Attention withScale(float factor) {
    return new Attention(
        kernels, layer, heads, qkv, headNorms, rope, factor, slidingWindow, output);
  }

  /** Scratch memory of a pass of {@code tokens} tokens. */
  public long preparedBytes(int tokens) {
    return Math.max(qkv.preparedBytes(tokens), output.preparedBytes(tokens));
  }

  /**
   * Attends for the rows of {@link Activations#normed}; the result goes to {@link
   * Activations#branch}. Keys and values of all rows go to the cache.
   *
   * @param before makes the rows of {@link Activations#normed}
   * @return what the layer goes on with: the rows that are wanted
   */
  public Pass forward(RowStep before, Pass pass) {
    Pass rest = pass.wanted().isEmpty() ? project(before, pass) : projectWanted(before, pass);
    attend(rest);
    Activations x = rest.activations();
    output.forward(x.attended(), x.prepared(), pass.workers(), x.branch());
    return rest;
  }

  private Pass project(RowStep before, Pass pass) {
    Activations x = pass.activations();
    qkv.forward(before, x.normed(), x.prepared(), pass.workers(), x.query(), x.key(), x.value());
    queryStep(pass).then(keyStep(pass)).forAll(x.normed().rows(), pass.workers());
    return pass;
  }

  /** Keys and values of all rows, queries of those that are wanted. */
  private Pass projectWanted(RowStep before, Pass pass) {
    Activations all = pass.activations();
    keyValue.forward(before, all.normed(), all.prepared(), pass.workers(), all.key(), all.value());
    keyStep(pass).forAll(all.normed().rows(), pass.workers());
    Pass rest = pass.wantedRows();
    Activations x = rest.activations();
    query.forward(x.normed(), x.prepared(), pass.workers(), x.query());
    queryStep(rest).forAll(x.normed().rows(), pass.workers());
    return rest;
  }

  /** Normalises and rotates queries. */
  private RowStep queryStep(Pass pass) {
    FloatMatrix rows = pass.activations().query();
    FloatMatrix angles = pass.angles().get(rope);
    boolean rounded = rounded(pass);
    RowStep norm = headNorms.map(norms -> norms.query().step(rows, rows)).orElse(RowStep.NONE);
    return norm.then((begin, end) -> {
      for (int row = begin; row < end; row++) {
        rope.rotate(rows, row, heads.headCount(), angles);
        if (rounded) {
          keyPreparation.prepareQuery(rows, row);
        }
      }
    });
  }

  /** Normalises and rotates keys, and stores keys and values in the cache. */
  private RowStep keyStep(Pass pass) {
    FloatMatrix keys = pass.activations().key();
    FloatMatrix values = pass.activations().value();
    FloatMatrix angles = pass.angles().get(rope);
    boolean rounded = rounded(pass);
    RowStep norm = headNorms.map(norms -> norms.key().step(keys, keys)).orElse(RowStep.NONE);
    return norm.then((begin, end) -> {
      for (int row = begin; row < end; row++) {
        rope.rotate(keys, row, heads.headCountKv(), angles);
        if (rounded) {
          keyPreparation.prepareKey(keys, row);
        }
        write(pass, row, keys.offset(row), values.offset(row));
      }
    });
  }

  /** Whether the cache keeps keys in few bits. */
  private static boolean rounded(Pass pass) {
    return pass.cache().layout().type().blockSize() > 1;
  }

  /** Stores keys and values of all heads of a row. */
  private void write(Pass pass, int row, long key, long value) {
    KvLayout layout = pass.cache().layout();
    int position = pass.positions().position(row);
    long block = pass.positions().table(row).offset(position / layout.blockTokens());
    int slot = position % layout.blockTokens();
    CacheWrite kernel = kernels.cacheWrite(layout.type());
    kernel.write(
        pass.activations().key().data(),
        key,
        heads.headCountKv(),
        heads.keyLength(),
        pass.cache().pool(),
        block + layout.keyOffset(layer, 0) + slot * layout.keyBytes(),
        layout.headBytes());
    kernel.write(
        pass.activations().value().data(),
        value,
        heads.headCountKv(),
        heads.valueLength(),
        pass.cache().pool(),
        block + layout.valueOffset(layer, 0) + slot * layout.valueBytes(),
        layout.headBytes());
  }

  private void attend(Pass pass) {
    KvCache cache = pass.cache();
    int groupSize = heads.headCount() / heads.headCountKv();
    AttentionShape shape =
        new AttentionShape(
            groupSize, heads.keyLength(), heads.valueLength(), scale, cache.layout().blockTokens());
    io.maque.kernel.Attention kernel = kernels.attention(cache.layout().type());
    AttentionPlan plan = pass.activations().attentionPlan();
    plan.make(pass.positions(), kernel.maxTokens(shape), slidingWindow);
    new PlannedAttention(this, kernel, shape, plan, pass).run();
  }

  Heads heads() {
    return heads;
  }

  /** Queries of one K/V head. */
  Queries queries(Pass pass, int row, int tokens, int headKv) {
    FloatMatrix query = pass.activations().query();
    long head = (long) headKv * (heads.headCount() / heads.headCountKv()) * heads.keyLength();
    return new Queries(
        query.data(),
        query.offset(row) + head * Float.BYTES,
        (long) query.columns() * Float.BYTES,
        tokens,
        pass.positions().position(row),
        slidingWindow);
  }

  /** Keys and values of one K/V head in the sequence of a row. */
  CachedHead cachedHead(Pass pass, int row, int headKv) {
    KvLayout layout = pass.cache().layout();
    return new CachedHead(
        pass.cache().pool(),
        pass.positions().table(row).offsets(),
        layout.keyOffset(layer, headKv),
        layout.valueOffset(layer, headKv));
  }
}
