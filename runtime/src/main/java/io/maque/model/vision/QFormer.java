package io.maque.model.vision;

import io.maque.gguf.GgufFile;
import io.maque.kernel.Activation;
import io.maque.kernel.Kernels;
import io.maque.kernel.Workers;
import io.maque.model.HyperParameters;
import io.maque.model.WeightReader;
import io.maque.nn.Embedding;
import io.maque.nn.FullAttention;
import io.maque.nn.FusedLinear;
import io.maque.nn.LayerNorm;
import io.maque.nn.Linear;
import io.maque.nn.Mlp;
import io.maque.nn.Residual;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * The Querying Transformer of BLIP-2: a fixed number of learned queries that ask the rows of a
 * vision tower, so that a picture of any number of patches becomes as few rows.
 *
 * <p>A BERT without words: the norm comes <b>after</b> each sum, {@code x = norm(x + f(x))}. Each
 * block attends among the queries, then, in every second one from the first on, to the tower's
 * rows, and ends with a feed-forward layer of exact GELU. Queries have no positions.
 *
 * <p>Li et al. 2023, arXiv 2301.12597; Devlin et al. 2018, arXiv 1810.04805.
 */
final class QFormer {

  /**
   * Hyper-parameters, named as the GGUF keys below {@code clip.vision.qformer}.
   *
   * @param crossAttentionInterval block numbers that are a multiple of it attend to the tower
   * @param contextLength values per row of the tower
   */
  record Config(
      int blockCount,
      int embeddingLength,
      int feedForwardLength,
      int queryCount,
      int crossAttentionInterval,
      int headCount,
      float layerNormEpsilon,
      int contextLength) {
    private static final int MOST_QUERIES = 1 << 14;
    private static final int MOST_HEADS = 4096;
    private static final int LONGEST_ROW = 1 << 20;

    static Config read(GgufFile file, int contextLength) {
      HyperParameters parameters = new HyperParameters(file, VisionConfig.PREFIX + ".qformer");
      int embeddingLength = parameters.integer("embedding_length", 1, LONGEST_ROW);
      return new Config(
          parameters.integer("block_count", 1, VisionConfig.MOST_BLOCKS),
          embeddingLength,
          parameters.integer("feed_forward_length", 1, LONGEST_ROW),
          parameters.integer("query_count", 1, MOST_QUERIES),
          parameters.integer("cross_attention_interval", 1, VisionConfig.MOST_BLOCKS),
          parameters.divisor("attention.head_count", MOST_HEADS, embeddingLength),
          (float) parameters.number("attention.layer_norm_epsilon", Float.MIN_NORMAL, 1),
          contextLength);
    }

    private boolean attendsToTower(int block) {
      return block % crossAttentionInterval == 0;
    }

    /** For messages about shapes. */
    String sizes() {
      return ("(qformer.embedding_length=%d, qformer.feed_forward_length=%d,"
              + " qformer.query_count=%d, embedding_length=%d)")
          .formatted(embeddingLength, feedForwardLength, queryCount, contextLength);
    }
  }

  /** Tensors, named as in GGUF without {@code proj_}. */
  record Weights(Tensor query, Norm norm, List<Block> blocks) {

    /**
     * @param crossAttn only of blocks that attend to the tower
     */
    record Block(
        Attention selfAttn,
        Optional<Attention> crossAttn,
        Linear ffnUp,
        Linear ffnDown,
        Norm ffnNorm) {

      static Block read(WeightReader weights, Config config, int block) {
        String blk = "v.proj_blk.%d.".formatted(block);
        int embedding = config.embeddingLength();
        int inner = config.feedForwardLength();
        return new Block(
            Attention.read(weights, blk + "self_attn", embedding, embedding),
            Optional.of(blk + "cross_attn")
                .filter(name -> config.attendsToTower(block))
                .map(name -> Attention.read(weights, name, embedding, config.contextLength())),
            weights.biasedLinear(blk + "ffn_up", embedding, inner),
            weights.biasedLinear(blk + "ffn_down", inner, embedding),
            Norm.read(weights, blk + "ffn_norm", embedding));
      }
    }

    /** Attention of queries to rows that may be others, with the norm behind it. */
    record Attention(Linear q, Linear k, Linear v, Linear out, Norm norm) {

      static Attention read(WeightReader weights, String name, int embedding, int context) {
        return new Attention(
            weights.biasedLinear(name + "_q", embedding, embedding),
            weights.biasedLinear(name + "_k", context, embedding),
            weights.biasedLinear(name + "_v", context, embedding),
            weights.biasedLinear(name + "_out", embedding, embedding),
            Norm.read(weights, name + "_norm", embedding));
      }
    }

    static Weights read(WeightReader weights, Config config) {
      int embedding = config.embeddingLength();
      return new Weights(
          weights.matrix("v.proj_query", embedding, config.queryCount()),
          Norm.read(weights, "v.proj_norm", embedding),
          IntStream.range(0, config.blockCount())
              .mapToObj(block -> Block.read(weights, config, block))
              .toList());
    }
  }

  /**
   * What the blocks share while they run over one picture.
   *
   * @param hidden {@code queries × embeddingLength}, as {@code branch}, {@code query} and {@code
   *     attended}
   * @param key {@code context rows × embeddingLength}, as {@code value}
   * @param inner {@code queries × feedForwardLength}
   * @param prepared input of the current matrix product in its kernel's layout
   */
  private record Pass(
      FloatMatrix hidden,
      FloatMatrix branch,
      FloatMatrix query,
      FloatMatrix key,
      FloatMatrix value,
      FloatMatrix attended,
      FloatMatrix inner,
      MemorySegment prepared,
      FullAttention.Scratch scratch,
      Workers workers) {}

  /** {@code x = norm(x + Out·attention(Q·x, K·context, V·context))}. */
  private final class CrossAttention {
    private final FusedLinear query;
    private final FusedLinear keyValue;
    private final FusedLinear output;
    private final LayerNorm norm;

    CrossAttention(Kernels kernels, Weights.Attention weights) {
      query = new FusedLinear(kernels, weights.q());
      keyValue = new FusedLinear(kernels, weights.k(), weights.v());
      output = new FusedLinear(kernels, weights.out());
      norm = weights.norm().layer(kernels, config.layerNormEpsilon());
    }

    long preparedBytes(int rows) {
      return Math.max(
          Math.max(query.preparedBytes(rows), keyValue.preparedBytes(rows)),
          output.preparedBytes(rows));
    }

    /**
     * @param context the rows that are attended to; {@code x.hidden()} for self-attention
     */
    void forward(Pass x, FloatMatrix context) {
      FloatMatrix key = x.key().firstRows(context.rows());
      FloatMatrix value = x.value().firstRows(context.rows());
      query.forward(x.hidden(), x.prepared(), x.workers(), x.query());
      keyValue.forward(context, x.prepared(), x.workers(), key, value);
      attention.forward(x.query(), key, value, x.attended(), x.scratch(), x.workers());
      output.forward(x.attended(), x.prepared(), x.workers(), x.branch());
      residual.add(x.hidden(), x.branch(), x.workers());
      norm.forward(x.hidden(), x.hidden(), x.workers());
    }
  }

  private final class Block {
    private final CrossAttention selfAttn;
    private final Optional<CrossAttention> crossAttn;
    private final Mlp mlp;
    private final LayerNorm ffnNorm;

    Block(Kernels kernels, Weights.Block weights) {
      selfAttn = new CrossAttention(kernels, weights.selfAttn());
      crossAttn = weights.crossAttn().map(attn -> new CrossAttention(kernels, attn));
      mlp = new Mlp(kernels, weights.ffnUp(), Activation.GELU, weights.ffnDown());
      ffnNorm = weights.ffnNorm().layer(kernels, config.layerNormEpsilon());
    }

    long preparedBytes(int contextRows) {
      int queries = config.queryCount();
      return Math.max(
          Math.max(selfAttn.preparedBytes(queries), mlp.preparedBytes(queries)),
          crossAttn.map(attn -> attn.preparedBytes(Math.max(queries, contextRows))).orElse(0L));
    }

    void forward(Pass x, FloatMatrix context) {
      selfAttn.forward(x, x.hidden());
      crossAttn.ifPresent(attn -> attn.forward(x, context));
      mlp.forward(x.hidden(), x.inner(), x.branch(), x.prepared(), x.workers());
      residual.add(x.hidden(), x.branch(), x.workers());
      ffnNorm.forward(x.hidden(), x.hidden(), x.workers());
    }
  }

  private final Config config;
  private final Embedding query;
  private final LayerNorm norm;
  private final FullAttention attention;
  private final Residual residual;
  private final List<Block> blocks;

  QFormer(Kernels kernels, Weights weights, Config config) {
    this.config = config;
    query = new Embedding(weights.query());
    norm = weights.norm().layer(kernels, config.layerNormEpsilon());
    int headLength = config.embeddingLength() / config.headCount();
    attention = new FullAttention(kernels, config.headCount(), headLength);
    residual = new Residual(kernels);
    blocks = weights.blocks().stream().map(block -> new Block(kernels, block)).toList();
  }

  /**
   * Asks the rows of one picture.
   *
   * @param context the tower's rows
   * @param scratch memory of this call, the result's too
   * @return {@code queryCount × embeddingLength}; empty when the picture is not wanted any more
   */
  Optional<FloatMatrix> forward(
      FloatMatrix context, Arena scratch, Workers workers, BooleanSupplier stillWanted) {
    Pass pass = allocate(context.rows(), scratch, workers);
    query.forward(IntStream.range(0, config.queryCount()).toArray(), pass.hidden(), 0);
    norm.forward(pass.hidden(), pass.hidden(), workers);
    for (Block block : blocks) {
      if (!stillWanted.getAsBoolean()) {
        return Optional.empty();
      }
      block.forward(pass, context);
    }
    return Optional.of(pass.hidden());
  }

  private Pass allocate(int contextRows, Arena scratch, Workers workers) {
    int queries = config.queryCount();
    int embedding = config.embeddingLength();
    int keys = Math.max(queries, contextRows);
    long prepared =
        blocks.stream().mapToLong(block -> block.preparedBytes(contextRows)).max().orElseThrow();
    return new Pass(
        FloatMatrix.allocate(scratch, queries, embedding),
        FloatMatrix.allocate(scratch, queries, embedding),
        FloatMatrix.allocate(scratch, queries, embedding),
        FloatMatrix.allocate(scratch, keys, embedding),
        FloatMatrix.allocate(scratch, keys, embedding),
        FloatMatrix.allocate(scratch, queries, embedding),
        FloatMatrix.allocate(scratch, queries, config.feedForwardLength()),
        scratch.allocate(prepared, VisionPass.ALIGNMENT_BYTES),
        attention.newScratch(scratch, keys, workers.threads()),
        workers);
  }
}
