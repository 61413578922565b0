package io.maque.bench.profile;

import io.maque.boot.Architectures;
import io.maque.boot.KernelLadder;
import io.maque.cache.BlockTable;
import io.maque.cache.KvCache;
import io.maque.gguf.GgufFile;
import io.maque.kernel.Kernels;
import io.maque.kernel.Machine;
import io.maque.kernel.WorkerPool;
import io.maque.kernel.Workers;
import io.maque.model.Batch;
import io.maque.model.TextModel;
import io.maque.model.Workspace;
import io.maque.sampling.Sampler;
import io.maque.sampling.SamplingMemory;
import io.maque.sampling.SamplingOptions;
import io.maque.sampling.TokenSet;
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
 * model runs as the engine runs it, with the most likely token sampled; the stopwatches themselves
 * cost a few per cent.
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

  private static final int PROMPTS = 3;

  private static final int WARM_UP_STEPS = 32;

  private final int threads = Machine.current().processors();
  private final Tally tally = new Tally();
  private final Arena arena = Arena.ofShared();
  private final Workers workers = new TimedWorkers(new WorkerPool(threads), tally);
  private final TextModel model;
  private final KvCache cache;
  private final Workspace workspace;
  private final FloatMatrix logits;
  private final Sampler[] samplers = new Sampler[STREAMS];
  private final SamplingMemory[] memories = new SamplingMemory[threads];

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
    TokenSet all = TokenSet.all(model.config().vocabularySize());
    Arrays.setAll(samplers, row -> new Sampler(SamplingOptions.GREEDY, all, new int[0]));
    Arrays.setAll(memories, worker -> new SamplingMemory(kernels.maxima()));
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
    return Profile.of(what, PROMPTS, threads, tally, prompt -> cache.release(prefill(tokens)));
  }

  private Profile decode(int streams, int context, int steps) {
    List<BlockTable> tables = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      tables.add(prefill(context));
    }
    for (int step = 0; step < WARM_UP_STEPS; step++) {
      decode(tables, context + step);
    }
    int begin = context + WARM_UP_STEPS;
    String what = "Step of %d sequences after %d tokens".formatted(streams, context);
    Profile profile = Profile.of(what, steps, threads, tally, step -> decode(tables, begin + step));
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

  private void decode(List<BlockTable> tables, int position) {
    int[] rows = IntStream.range(0, tables.size()).toArray();
    Batch.Slice[] slices = new Batch.Slice[rows.length];
    for (int row : rows) {
      cache.reserve(tables.get(row), position + 1);
      slices[row] = new Batch.Slice(tables.get(row), position, new int[] {TOKEN + position + row});
    }
    forward(new Batch(Arrays.asList(slices)), rows);
    workers.forEachRange(rows.length, 1, this::sample);
  }

  /** As the engine does it: a row for a thread. */
  private void sample(int begin, int end, int worker) {
    for (int row = begin; row < end; row++) {
      int current = row;
      tally.time("sample", 0, () -> samplers[current].sample(logits, current, memories[worker]));
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
