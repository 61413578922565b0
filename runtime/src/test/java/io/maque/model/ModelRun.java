package io.maque.model;

import io.maque.cache.BlockTable;
import io.maque.cache.KvCache;
import io.maque.kernel.WorkerPool;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Runs a model for tests: owns a cache, a workspace and threads, and hands out logits as arrays.
 */
public final class ModelRun implements AutoCloseable {
  private final TextModel model;
  private final KvCache cache;
  private final WorkerPool workers;
  private final Arena arena = Arena.ofShared();
  private final Workspace workspace;
  private final FloatMatrix logits;

  /**
   * @param blockTokens small, so that sequences span blocks
   * @param positions room in the cache over all sequences
   * @param maxTokens most tokens of a batch
   */
  public ModelRun(
      TextModel model,
      TensorType cacheType,
      int blockTokens,
      int positions,
      int maxTokens,
      int threads) {
    this.model = model;
    this.cache =
        new KvCache(
            model.kvLayout(blockTokens, cacheType), Math.ceilDiv(positions, blockTokens) + 8);
    this.workers = new WorkerPool(threads);
    this.workspace = model.newWorkspace(arena, maxTokens);
    this.logits = FloatMatrix.allocate(arena, maxTokens, model.config().vocabularySize());
  }

  /** A new sequence in the cache. */
  public BlockTable newSequence() {
    return new BlockTable();
  }

  /** Runs the tokens after {@code begin} positions and returns the logits of each. */
  public float[][] forward(BlockTable table, int begin, int... tokens) {
    if (!cache.reserve(table, begin + tokens.length)) {
      throw new IllegalStateException("the cache of the test is too small");
    }
    return forward(new Batch(List.of(new Batch.Slice(table, begin, tokens))));
  }

  /** Runs a batch whose block tables cover it and returns the logits of every row. */
  public float[][] forward(Batch batch) {
    return forward(batch, IntStream.range(0, batch.tokens()).toArray());
  }

  /** Runs a batch and returns the logits of some rows. */
  public float[][] forward(Batch batch, int[] rows) {
    forward(batch, UnaryOperator.identity());
    return logits(rows);
  }

  /** Runs a batch of which slices are dropped between layers; returns what is left. */
  public Batch forward(Batch batch, UnaryOperator<Batch> afterLayer) {
    model.embed(batch, workspace);
    return model.forward(batch, cache, workspace, workers, afterLayer);
  }

  /** The logits of some rows of the batch that ran last. */
  public float[][] logits(int[] rows) {
    model.logits(rows, workspace, logits, workers);
    return IntStream.range(0, rows.length).mapToObj(logits::toArray).toArray(float[][]::new);
  }

  /** The cache, to reserve blocks for batches of several sequences. */
  public KvCache cache() {
    return cache;
  }

  /** Runs all tokens of a new sequence at once. */
  public float[][] prefill(int... tokens) {
    return forward(newSequence(), 0, tokens);
  }

  /** Runs all tokens of a new sequence in pieces of {@code chunk} tokens. */
  public float[][] prefillInChunks(int chunk, int... tokens) {
    BlockTable table = newSequence();
    float[][] all = new float[tokens.length][];
    for (int begin = 0; begin < tokens.length; begin += chunk) {
      int end = Math.min(begin + chunk, tokens.length);
      float[][] piece = forward(table, begin, Arrays.copyOfRange(tokens, begin, end));
      System.arraycopy(piece, 0, all, begin, piece.length);
    }
    return all;
  }

  /**
   * The same with some of the tokens given as pictures of one row each, their own embeddings.
   *
   * @param first position of the first of them
   * @param last position of the last of them
   */
  public float[][] prefillWithPictures(int chunk, int first, int last, int... tokens) {
    List<ImageSpan> pictures = new ArrayList<>();
    int[] ids = tokens.clone();
    for (int i = first; i <= last; i++) {
      pictures.add(new ImageSpan(i, new ImageGrid(1, 1), Optional.of(embedding(tokens[i]))));
      ids[i] = -1 - i;
    }
    return prefill(chunk, pictures, ids);
  }

  /**
   * Runs a prompt with pictures, as a new sequence, in pieces of {@code chunk} tokens.
   *
   * @param ids negative where a picture stands
   */
  public float[][] prefill(int chunk, List<ImageSpan> pictures, int... ids) {
    return forward(newSequence(), chunk, 0, pictures, ids);
  }

  /** Runs the ids after {@code from} positions of a sequence in pieces of {@code chunk} tokens. */
  public float[][] forward(
      BlockTable table, int chunk, int from, List<ImageSpan> pictures, int... ids) {
    if (!cache.reserve(table, from + ids.length)) {
      throw new IllegalStateException("the cache of the test is too small");
    }
    float[][] all = new float[ids.length][];
    for (int begin = 0; begin < ids.length; begin += chunk) {
      int[] piece = Arrays.copyOfRange(ids, begin, Math.min(begin + chunk, ids.length));
      Batch batch = new Batch(List.of(new Batch.Slice(table, from + begin, piece, pictures)));
      System.arraycopy(forward(batch), 0, all, begin, piece.length);
    }
    return all;
  }

  /** What the model makes of a token before its first layer. */
  public ImageEmbedding embedding(int token) {
    model.embed(
        new Batch(List.of(new Batch.Slice(newSequence(), 0, new int[] {token}))), workspace);
    ImageEmbedding embedding =
        ImageEmbedding.allocate(arena, new ImageGrid(1, 1), model.config().embeddingLength(), 0);
    embedding.rows().data().copyFrom(workspace.hidden().row(0));
    return embedding;
  }

  /** The hidden states of the first rows, as the last pass left them. */
  public float[][] hidden(int rows) {
    return IntStream.range(0, rows).mapToObj(workspace.hidden()::toArray).toArray(float[][]::new);
  }

  @Override
  public void close() {
    workers.close();
    arena.close();
    cache.close();
  }
}
