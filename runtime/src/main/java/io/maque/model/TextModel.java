package io.maque.model;

import io.maque.cache.KvCache;
import io.maque.cache.KvLayout;
import io.maque.kernel.Kernels;
import io.maque.kernel.Workers;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.util.function.UnaryOperator;

/**
 * A text architecture with its weights. Holds no state of a sequence: that is in the {@link
 * KvCache}, the {@link Workspace} and the arguments. Implementations read the weights in place and
 * must not be used after the file they come from was closed.
 */
public interface TextModel {

  /** The sizes of the model, as the file gives them. */
  TextModelConfig config();

  /** What the model computes with, for what is to be done with its results. */
  Kernels kernels();

  /** The layout of a KV cache block of {@code blockTokens} positions. */
  KvLayout kvLayout(int blockTokens, TensorType type);

  /** Scratch memory for passes of up to {@code maxTokens} tokens. */
  Workspace newWorkspace(Arena arena, int maxTokens);

  /** Writes the embeddings of the batch's tokens to {@link Workspace#hidden()}. */
  void embed(Batch batch, Workspace workspace);

  /**
   * Runs all layers over {@link Workspace#hidden()} in place, appending keys and values to the
   * cache.
   *
   * @param afterLayer asked after each layer, on the calling thread, with what the pass goes on
   *     with: answers the same batch, or one without the slices that nobody wants any more. Their
   *     rows are dropped and the others are not touched
   * @return what went through all layers; its {@link Batch#wantedRows wanted rows} are the first of
   *     {@link Workspace#hidden()}
   * @throws IllegalArgumentException when the batch is larger than the workspace
   */
  Batch forward(
      Batch batch,
      KvCache cache,
      Workspace workspace,
      Workers workers,
      UnaryOperator<Batch> afterLayer);

  /**
   * Some rows of {@link Workspace#hidden()} after the output norm: what a text means to the model,
   * where {@link #logits} is what it would say next.
   *
   * @param rows indices of rows
   * @param states receives one row of {@code embeddingLength} values per index
   */
  void hiddenStates(int[] rows, Workspace workspace, FloatMatrix states);

  /**
   * Logits of some rows of {@link Workspace#hidden()}.
   *
   * @param rows indices of rows, at most {@code logits.rows()}
   * @param logits receives one row of {@code vocabularySize} values per index
   */
  void logits(int[] rows, Workspace workspace, FloatMatrix logits, Workers workers);
}
