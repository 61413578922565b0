package io.maque.bench.profile;

import io.maque.boot.Architectures;
import io.maque.boot.KernelLadder;
import io.maque.cache.BlockTable;
import io.maque.cache.KvCache;
import io.maque.gguf.GgufFile;
import io.maque.kernel.Kernels;
import io.maque.kernel.Machine;
import io.maque.kernel.WorkerPool;
import io.maque.model.Batch;
import io.maque.model.TextModel;
import io.maque.model.Workspace;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Profiles of one model: a prompt, decoding after it, and decoding several sequences at once. The
 * model runs as the engine runs it but without sampling; the stopwatches themselves cost a few per
 * cent.
 */
public final class ModelProfile implements AutoCloseable {
  private static final int BLOCK_TOKENS = 32;

  /** Tokens of a pass over a prompt, as the engine's default is. */
  private static final int CHUNK = 256;

  /** Sequences decoded at once. */
  private static final int STREAMS = 8;

  /** Which tokens makes no difference, as long as every vocabulary has them. */
  private static final int TOKEN = 1000;

  /** What is not counted: the JVM compiles, the file comes into memory. */
  private static final int WARM_UP_PROMPTS = 4;

  private static final int WARM_UP_STEPS = 32;

  private final int threads = Machine.current().processors();
  private final Tally tally = new Tally();
  private final Arena arena = Arena.ofShared();
  private final WorkerPool workers = new WorkerPool(threads);
  private final TextModel model;
  private final KvCache cache;
  private final Workspace workspace;
  private final FloatMatrix logits;

  private ModelProfile(GgufFile file, int positions) {
    Kernels kernels =
        Kernels.choose(
            List.of(
                new TimedProvider(
                    KernelLadder.choose(Optional.empty()), new WeightNames(file), tally)),
            Machine.current());
    this.model = Architectures.load(file, kernels, positions);
    int blocks = STREAMS * Math.ceilDiv(positions, BLOCK_TOKENS);
    this.cache = new KvCache(model.kvLayout(BLOCK_TOKENS, TensorType.F16), blocks);
    this.workspace = model.newWorkspace(arena, CHUNK);
    this.logits = FloatMatrix.allocate(arena, STREAMS, model.config().vocabularySize());
  }

  /**
   * Prints all profiles of a model.
   *
   * @param context tokens of the prompt, at least 1
   * @param steps decode steps measured
   */
  public static void print(Path model, int context, int steps, PrintStream out) {
    int positions = context + WARM_UP_STEPS + steps;
    try (GgufFile file = GgufFile.open(model);
        ModelProfile profile = new ModelProfile(file, positions)) {
      profile.prompt(context).print(out);
      profile.decode(1, context, steps).print(out);
      profile.decode(STREAMS, context, steps).print(out);
    }
  }

  private Profile prompt(int tokens) {
    for (int i = 0; i < WARM_UP_PROMPTS; i++) {
      cache.release(prefill(tokens));
    }
    String what = "Prompt of %d tokens, %d at a time".formatted(tokens, CHUNK);
    return Profile.of(what, 1, threads, tally, () -> cache.release(prefill(tokens)));
  }

  private Profile decode(int streams, int context, int steps) {
    List<BlockTable> tables = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      tables.add(prefill(context));
    }
    decode(tables, context, WARM_UP_STEPS);
    String what = "Step of %d sequences after %d tokens".formatted(streams, context);
    Profile profile =
        Profile.of(
            what, steps, threads, tally, () -> decode(tables, context + WARM_UP_STEPS, steps));
    tables.forEach(cache::release);
    return profile;
  }

  private BlockTable prefill(int tokens) {
    BlockTable table = new BlockTable();
    cache.reserve(table, tokens);
    for (int begin = 0; begin < tokens; begin += CHUNK) {
      int end = Math.min(begin + CHUNK, tokens);
      int[] chunk = IntStream.range(begin, end).map(i -> TOKEN + i).toArray();
      int[] rows = end == tokens ? new int[] {chunk.length - 1} : new int[0];
      forward(new Batch(List.of(new Batch.Slice(table, begin, chunk))), rows);
    }
    return table;
  }

  private void decode(List<BlockTable> tables, int begin, int steps) {
    int[] rows = IntStream.range(0, tables.size()).toArray();
    for (int step = begin; step < begin + steps; step++) {
      Batch.Slice[] slices = new Batch.Slice[rows.length];
      for (int row : rows) {
        cache.reserve(tables.get(row), step + 1);
        slices[row] = new Batch.Slice(tables.get(row), step, new int[] {TOKEN + step + row});
      }
      forward(new Batch(Arrays.asList(slices)), rows);
    }
  }

  private void forward(Batch batch, int[] rows) {
    model.embed(batch, workspace);
    model.forward(batch, cache, workspace, workers, UnaryOperator.identity());
    model.logits(rows, workspace, logits, workers);
  }

  @Override
  public void close() {
    workers.close();
    arena.close();
    cache.close();
  }
}
