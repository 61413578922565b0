package io.maque.model.text;

import io.maque.cache.KvCache;
import io.maque.cache.KvLayout;
import io.maque.kernel.Kernels;
import io.maque.kernel.Workers;
import io.maque.model.Batch;
import io.maque.model.ImageSpan;
import io.maque.model.TextModel;
import io.maque.model.TextModelConfig;
import io.maque.model.Workspace;
import io.maque.nn.Activations;
import io.maque.nn.Attention;
import io.maque.nn.Coordinates;
import io.maque.nn.Embedding;
import io.maque.nn.FusedLinear;
import io.maque.nn.Linear;
import io.maque.nn.Pass;
import io.maque.nn.Positions;
import io.maque.nn.Residual;
import io.maque.nn.RmsNorm;
import io.maque.nn.Rope;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A decoder-only transformer: embedding, blocks, a last norm, projection to the vocabulary. An
 * architecture is a subclass whose constructor reads the file and builds the parts.
 */
class Decoder implements TextModel {
  private final TextModelConfig config;
  private final Kernels kernels;
  private final Embedding embedding;
  private final List<Rope> ropes;
  private final List<? extends Block> blocks;
  private final RmsNorm outputNorm;
  private final FusedLinear output;
  private final Residual residual;

  /**
   * @param tokenEmbd {@code [embeddingLength, vocabularySize]}
   * @param ropes all that the blocks use
   * @param blocks in order of the layers
   * @param output as {@code tokenEmbd}; the same tensor where the embeddings are tied
   */
  Decoder(
      TextModelConfig config,
      Kernels kernels,
      Tensor tokenEmbd,
      List<Rope> ropes,
      List<? extends Block> blocks,
      RmsNorm outputNorm,
      Linear output) {
    this.config = config;
    this.kernels = kernels;
    this.embedding = new Embedding(tokenEmbd);
    this.ropes = List.copyOf(ropes);
    this.blocks = List.copyOf(blocks);
    this.outputNorm = outputNorm;
    this.output = new FusedLinear(kernels, output);
    this.residual = new Residual(kernels);
  }

  @Override
  public final TextModelConfig config() {
    return config;
  }

  @Override
  public final Kernels kernels() {
    return kernels;
  }

  @Override
  public final KvLayout kvLayout(int blockTokens, TensorType type) {
    return new KvLayout(
        config.blockCount(),
        config.headCountKv(),
        config.keyLength(),
        config.valueLength(),
        blockTokens,
        type);
  }

  @Override
  public final Workspace newWorkspace(Arena arena, int maxTokens) {
    if (maxTokens < 1) {
      throw new IllegalArgumentException(
          "workspace: expected at least 1 token, found " + maxTokens);
    }
    long preparedBytes = output.preparedBytes(maxTokens);
    for (Block block : blocks) {
      preparedBytes = Math.max(preparedBytes, block.preparedBytes(maxTokens));
    }
    Activations activations =
        Activations.allocate(
            arena,
            maxTokens,
            config.embeddingLength(),
            heads(config),
            config.feedForwardLength(),
            preparedBytes);
    return new DecoderWorkspace(this, arena, maxTokens, activations, ropes);
  }

  /** The extents of the attention of every layer. */
  static Attention.Heads heads(TextModelConfig config) {
    return new Attention.Heads(
        config.headCount(), config.headCountKv(), config.keyLength(), config.valueLength());
  }

  @Override
  public final void embed(Batch batch, Workspace workspace) {
    requireRoom(batch, workspace);
    FloatMatrix hidden = workspace.hidden();
    int row = 0;
    for (Batch.Slice slice : batch.slices()) {
      int position = slice.begin();
      for (ImageSpan image : slice.images()) {
        if (image.begin() < slice.end() && image.end() > position) {
          embedTokens(slice, position, image.begin(), hidden, row);
          position = Math.min(image.end(), slice.end());
        }
      }
      embedTokens(slice, position, slice.end(), hidden, row);
      row += slice.tokens().length;
    }
    ImageRows.place(batch, hidden);
  }

  /**
   * Embeds the tokens of a slice from one position to another.
   *
   * @param row of the slice's first token
   */
  private void embedTokens(Batch.Slice slice, int begin, int end, FloatMatrix hidden, int row) {
    if (begin < end) {
      int from = begin - slice.begin();
      int to = end - slice.begin();
      embedTokens(Arrays.copyOfRange(slice.tokens(), from, to), hidden.rows(row + from, to - from));
    }
  }

  /**
   * The embeddings of tokens; never of pictures, whose rows are taken as they are.
   *
   * @param tokens vocabulary ids
   * @param rows receives one row per token
   */
  void embedTokens(int[] tokens, FloatMatrix rows) {
    embedding.forward(tokens, rows, 0);
  }

  @Override
  public final Batch forward(
      Batch batch,
      KvCache cache,
      Workspace workspace,
      Workers workers,
      UnaryOperator<Batch> afterLayer) {
    requireRoom(batch, workspace);
    requireCache(batch, cache);
    DecoderWorkspace own = own(workspace);
    Pass pass = own.begin(batch, cache, workers);
    Batch current = batch;
    int last = blocks.size() - 1;
    for (int layer = 0; layer < last; layer++) {
      blocks.get(layer).forward(pass);
      ImageRows.addDeepstack(current, layer, own.hidden(), residual, workers);
      Batch wanted = afterLayer.apply(current);
      if (wanted.slices().isEmpty()) {
        return wanted;
      }
      if (wanted != current) {
        own.keep(current, wanted, slice -> slice.tokens().length);
        pass = own.begin(wanted, cache, workers);
        current = wanted;
      }
    }
    forwardLast(current, own, pass);
    Batch wanted = afterLayer.apply(current);
    if (wanted != current && !wanted.slices().isEmpty()) {
      own.keep(current, wanted, slice -> slice.wanted().length);
    }
    return wanted;
  }

  /** Runs the last layer, of which only the wanted rows matter; they become the first ones. */
  private void forwardLast(Batch batch, DecoderWorkspace own, Pass pass) {
    int last = blocks.size() - 1;
    int[] rows = batch.wantedRows();
    if (rows.length < batch.tokens() && !ImageRows.hasDeepstack(batch, last)) {
      blocks.get(last).forward(pass.wanting(rows));
    } else {
      blocks.get(last).forward(pass);
      ImageRows.addDeepstack(batch, last, own.hidden(), residual, pass.workers());
      own.hidden().moveUp(rows);
    }
  }

  @Override
  public final void hiddenStates(int[] rows, Workspace workspace, FloatMatrix states) {
    if (rows.length > states.rows() || states.columns() != config.embeddingLength()) {
      throw new IllegalArgumentException(
          "hidden states: expected room for %d × %d, found %d × %d"
              .formatted(rows.length, config.embeddingLength(), states.rows(), states.columns()));
    }
    outputNorm.gather(own(workspace).hidden(), rows, states);
  }

  @Override
  public final void logits(int[] rows, Workspace workspace, FloatMatrix logits, Workers workers) {
    if (rows.length > Math.min(workspace.maxTokens(), logits.rows())
        || logits.columns() != config.vocabularySize()) {
      throw new IllegalArgumentException(
          "logits: expected room for %d × %d, found %d × %d in a workspace of %d tokens"
              .formatted(
                  rows.length,
                  config.vocabularySize(),
                  logits.rows(),
                  logits.columns(),
                  workspace.maxTokens()));
    }
    if (rows.length > 0) {
      Activations x = own(workspace).activations(rows.length);
      outputNorm.gather(workspace.hidden(), rows, x.normed());
      output.forward(x.normed(), x.prepared(), workers, logits.firstRows(rows.length));
    }
  }

  /**
   * What the rows of a batch are rotated by.
   *
   * @param positions of the rows
   */
  Coordinates coordinates(Batch batch, Positions positions) {
    return positions;
  }

  private DecoderWorkspace own(Workspace workspace) {
    if (workspace instanceof DecoderWorkspace own && own.belongsTo(this)) {
      return own;
    }
    throw new IllegalArgumentException("expected a workspace that this model made");
  }

  private static void requireRoom(Batch batch, Workspace workspace) {
    if (batch.tokens() > workspace.maxTokens()) {
      throw new IllegalArgumentException(
          "batch: expected at most %d tokens, found %d"
              .formatted(workspace.maxTokens(), batch.tokens()));
    }
  }

  private void requireCache(Batch batch, KvCache cache) {
    KvLayout layout = cache.layout();
    if (!layout.equals(kvLayout(layout.blockTokens(), layout.type()))) {
      throw new IllegalArgumentException(
          "KV cache: expected the layout of this model, found " + layout);
    }
    for (Batch.Slice slice : batch.slices()) {
      int end = slice.begin() + slice.tokens().length;
      int covered = slice.blockTable().count() * layout.blockTokens();
      if (slice.begin() < 0 || end > covered) {
        throw new IllegalArgumentException(
            "block table: expected to cover positions %d to %d, found room for %d"
                .formatted(slice.begin(), end, covered));
      }
    }
  }
}
