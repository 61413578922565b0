package io.maque.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.cache.BlockTable;
import io.maque.cache.KvCache;
import io.maque.cache.KvLayout;
import io.maque.kernel.Kernels;
import io.maque.kernel.Machine;
import io.maque.kernel.Workers;
import io.maque.kernel.scalar.ScalarProvider;
import io.maque.model.Batch;
import io.maque.model.ImageSpan;
import io.maque.model.TextModel;
import io.maque.model.TextModelConfig;
import io.maque.model.Workspace;
import io.maque.sampling.Sampler;
import io.maque.sampling.SamplingMemory;
import io.maque.sampling.SamplingOptions;
import io.maque.sampling.TokenSet;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A model of one layer whose key is the token itself, or the first value of a picture's row, and
 * whose logits are a hash of all keys up to the position, read back from the KV cache: one wrong
 * block or position changes the output.
 */
public final class MockModel implements TextModel {
  static final int VOCABULARY = 40;

  private static final Kernels KERNELS =
      Kernels.choose(List.of(new ScalarProvider()), Machine.current());

  /** Called before every forward pass, on the engine thread. */
  volatile Consumer<Batch> beforeForward = batch -> {};

  /** Called within every forward pass, where a model of more layers would go on to the next. */
  volatile Runnable betweenLayers = () -> {};

  /** A token whose prediction is NaN; -1 for none. */
  volatile int poison = -1;

  /** Tokens of each slice of each pass. */
  final List<List<Integer>> passes = new CopyOnWriteArrayList<>();

  private record Scratch(int maxTokens, FloatMatrix hidden) implements Workspace {}

  @Override
  public TextModelConfig config() {
    return new TextModelConfig("mock", 1024, 2, 1, 1, 1, 1, 1, 1, VOCABULARY);
  }

  @Override
  public Kernels kernels() {
    return KERNELS;
  }

  @Override
  public KvLayout kvLayout(int blockTokens, TensorType type) {
    return new KvLayout(1, 1, 1, 1, blockTokens, TensorType.F32);
  }

  @Override
  public Workspace newWorkspace(Arena arena, int maxTokens) {
    return new Scratch(maxTokens, FloatMatrix.allocate(arena, maxTokens, 2));
  }

  @Override
  public void embed(Batch batch, Workspace workspace) {
    if (batch.tokens() > workspace.maxTokens()) {
      throw new IllegalArgumentException("batch larger than the workspace");
    }
  }

  @Override
  public Batch forward(
      Batch batch,
      KvCache cache,
      Workspace workspace,
      Workers workers,
      UnaryOperator<Batch> afterLayer) {
    beforeForward.accept(batch);
    passes.add(batch.slices().stream().map(slice -> slice.tokens().length).toList());
    int row = 0;
    for (Batch.Slice slice : batch.slices()) {
      for (int i = 0; i < slice.tokens().length; i++, row++) {
        int position = slice.begin() + i;
        float token = value(slice, i);
        cache
            .pool()
            .set(ValueLayout.JAVA_FLOAT, keyOffset(cache, slice.blockTable(), position), token);
        workspace.hidden().set(row, 0, hash(cache, slice.blockTable(), position));
        workspace.hidden().set(row, 1, token);
      }
    }
    betweenLayers.run();
    return keep(batch, afterLayer.apply(batch), workspace.hidden());
  }

  /** A token, or the first value of the row that stands in its place. */
  private static float value(Batch.Slice slice, int i) {
    int position = slice.begin() + i;
    for (ImageSpan image : slice.images()) {
      if (position >= image.begin() && position < image.end()) {
        assertThat(slice.tokens()[i]).as("id of a picture").isNegative();
        return image.embedding().orElseThrow().rows().get(position - image.begin(), 0);
      }
    }
    return slice.tokens()[i];
  }

  private static Batch keep(Batch batch, Batch kept, FloatMatrix hidden) {
    int from = 0;
    int to = 0;
    for (Batch.Slice slice : batch.slices()) {
      boolean stays = kept.slices().stream().anyMatch(left -> left == slice);
      for (int i = 0; i < slice.tokens().length; i++, from++) {
        int token = i;
        if (stays && IntStream.of(slice.wanted()).anyMatch(wanted -> wanted == token)) {
          hidden.set(to, 0, hidden.get(from, 0));
          hidden.set(to, 1, hidden.get(from, 1));
          to++;
        }
      }
    }
    return kept;
  }

  @Override
  public void hiddenStates(int[] rows, Workspace workspace, FloatMatrix states) {
    for (int i = 0; i < rows.length; i++) {
      states.set(i, 0, workspace.hidden().get(rows[i], 0));
      float token = workspace.hidden().get(rows[i], 1);
      states.set(i, 1, token == poison ? Float.NaN : token);
    }
  }

  @Override
  public void logits(int[] rows, Workspace workspace, FloatMatrix logits, Workers workers) {
    for (int i = 0; i < rows.length; i++) {
      int hash = (int) workspace.hidden().get(rows[i], 0);
      for (int id = 0; id < VOCABULARY; id++) {
        logits.set(i, id, logit(hash, id));
      }
      if (workspace.hidden().get(rows[i], 1) == poison) {
        logits.set(i, 3, Float.NaN);
      }
    }
  }

  private static float logit(int hash, int id) {
    return Math.floorMod(hash * 31 + id * 17 + hash / 7 * id, 97) / 20f;
  }

  private static int hash(KvCache cache, BlockTable table, int position) {
    MemorySegment pool = cache.pool();
    return hash(
        IntStream.rangeClosed(0, position)
            .map(p -> (int) pool.get(ValueLayout.JAVA_FLOAT, keyOffset(cache, table, p))));
  }

  private static int hash(IntStream keys) {
    int hash = 1;
    for (int key : keys.toArray()) {
      hash = (hash * 131 + key + 7) % 65_521;
    }
    return hash;
  }

  /** What a completion of some keys must be, computed without an engine. */
  static List<Integer> completion(int maxTokens, SamplingOptions sampling, IntStream keys) {
    List<Integer> all = new ArrayList<>(keys.boxed().toList());
    int prompt = all.size();
    Sampler sampler = new Sampler(sampling, TokenSet.all(VOCABULARY), new int[0]);
    SamplingMemory memory = new SamplingMemory(KERNELS.maxima());
    FloatMatrix logits = FloatMatrix.allocate(Arena.ofAuto(), 1, VOCABULARY);
    while (all.size() < prompt + maxTokens) {
      int hash = hash(all.stream().mapToInt(key -> key));
      IntStream.range(0, VOCABULARY).forEach(id -> logits.set(0, id, logit(hash, id)));
      all.add(sampler.sample(logits, 0, memory));
    }
    return all.subList(prompt, all.size());
  }

  private static long keyOffset(KvCache cache, BlockTable table, int position) {
    int blockTokens = cache.layout().blockTokens();
    return table.offsets()[position / blockTokens]
        + cache.layout().keyOffset(0, 0)
        + (long) (position % blockTokens) * Float.BYTES;
  }
}
