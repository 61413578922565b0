package io.maque.engine;

import io.maque.cache.BlockTable;
import io.maque.cache.KvCache;
import io.maque.engine.Sequence.Output;
import io.maque.image.PixelTensor;
import io.maque.image.RgbImage;
import io.maque.image.Size;
import io.maque.kernel.Kernels;
import io.maque.kernel.Workers;
import io.maque.memory.LazyMemory;
import io.maque.metrics.Stopwatch;
import io.maque.model.Batch;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageEncoder;
import io.maque.model.TextModel;
import io.maque.model.Workspace;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A model with the memory and the threads it works with, allocated once. */
final class ModelRunner implements AutoCloseable {
  /** Rows of output computed at a time; bounds their memory when every position wants them. */
  private static final int OUTPUT_ROWS = 16;

  /** A picture of usual shape and moderate size. */
  private static final Size WARM_UP = new Size(640, 480);

  private final TextModel model;
  private final Workers workers;
  private final Arena arena;
  private final Workspace workspace;
  private final FloatMatrix logits;
  private final FloatMatrix states;
  private final KvCache cache;
  private final Optional<ImageCache> images;
  private final EncoderScratch encoderScratch = new EncoderScratch();
  private final WeightsCheck weights;

  /**
   * @param images emptied with this runner
   * @param workers closed with this runner, or at once when it cannot be made
   * @param weights asked after whatever reads them
   */
  ModelRunner(
      TextModel model,
      Optional<ImageCache> images,
      Workers workers,
      EngineOptions options,
      WeightsCheck weights) {
    this.model = model;
    this.weights = weights;
    this.images = images;
    this.workers = workers;
    // Outputs and activations have room for the largest batch; most of it is never written.
    this.arena = LazyMemory.newSharedArena();
    boolean complete = false;
    try {
      this.workspace = model.newWorkspace(arena, options.maxBatchTokens());
      int rows = Math.min(OUTPUT_ROWS, options.maxBatchTokens());
      this.logits = FloatMatrix.allocate(arena, rows, model.config().vocabularySize());
      this.states = FloatMatrix.allocate(arena, rows, model.config().embeddingLength());
      this.cache =
          new KvCache(
              model.kvLayout(options.blockTokens(), options.kvCacheType()), options.kvBlocks());
      complete = true;
    } finally {
      if (!complete) {
        arena.close();
        encoderScratch.close();
        workers.close();
      }
    }
  }

  KvCache cache() {
    return cache;
  }

  Kernels kernels() {
    return model.kernels();
  }

  Workers workers() {
    return workers;
  }

  /** Runs a batch; see {@link TextModel#forward}. */
  Batch run(Batch batch, UnaryOperator<Batch> afterLayer) {
    Batch left = compute(batch, afterLayer);
    weights.requireWhole();
    return left;
  }

  private Batch compute(Batch batch, UnaryOperator<Batch> afterLayer) {
    model.embed(batch, workspace);
    return model.forward(batch, cache, workspace, workers, afterLayer);
  }

  /**
   * Encodes a picture into the image cache.
   *
   * @param stillWanted see {@link ImageEncoder#encode}; what it does is not counted
   * @return milliseconds that it took; nothing when it is not wanted any more
   * @throws IllegalArgumentException when the pixels do not give the rows that the prompt expects
   */
  OptionalDouble encode(PromptImage image, BooleanSupplier stillWanted) {
    ImageCache target = images.orElseThrow();
    PixelTensor pixels = image.pixels().get();
    target.makeRoom(target.bytes(image.grid()));
    Arena rows = Arena.ofShared();
    boolean complete = false;
    try (Arena scratch = encoderScratch.open()) {
      ImageEmbedding out = target.encoder().newEmbedding(rows, pixels.processed());
      if (!out.grid().equals(image.grid())) {
        throw new IllegalArgumentException(
            "image at position %d: expected pixels for %s, found %s"
                .formatted(image.begin(), image.grid(), out.grid()));
      }
      Pauses pauses = new Pauses(stillWanted);
      Stopwatch watch = Stopwatch.start();
      boolean encoded = target.encoder().encode(pixels, out, scratch, workers, pauses);
      double millis = watch.elapsedMillis() - pauses.millis;
      weights.requireWhole();
      complete = encoded;
      if (complete) {
        target.put(image.id(), out, rows, millis);
      }
      return complete ? OptionalDouble.of(millis) : OptionalDouble.empty();
    } finally {
      if (!complete) {
        rows.close();
      }
    }
  }

  /**
   * Computes for nothing, a little text and a picture, so that the first request finds weights in
   * memory and kernels made.
   *
   * @param idle whether there is nothing better to do
   */
  void warmUp(BooleanSupplier idle) {
    warmUpText(idle);
    if (images.isPresent() && idle.getAsBoolean()) {
      warmUpImages(idle);
    }
  }

  /** Two tokens: one alone takes other kernels than prompts do. */
  private void warmUpText(BooleanSupplier idle) {
    BlockTable table = new BlockTable();
    int[] tokens = new int[2];
    if (!idle.getAsBoolean() || !cache.reserve(table, tokens.length)) {
      return;
    }
    try {
      Batch batch = new Batch(List.of(new Batch.Slice(table, 0, tokens)));
      Batch nothing = new Batch(List.of());
      Batch last = compute(batch, current -> idle.getAsBoolean() ? current : nothing);
      if (!last.slices().isEmpty()) {
        model.logits(new int[] {1}, workspace, logits, workers);
      }
    } finally {
      cache.release(table);
    }
  }

  private void warmUpImages(BooleanSupplier idle) {
    ImageEncoder encoder = images.get().encoder();
    Size processed = encoder.preprocessing().geometry().processed(WARM_UP);
    float[] values = new float[Math.toIntExact(processed.pixels() * RgbImage.CHANNELS)];
    PixelTensor nothing = new PixelTensor(values, WARM_UP, processed);
    try (Arena scratch = Arena.ofShared()) {
      encoder.encode(nothing, encoder.newEmbedding(scratch, processed), scratch, workers, idle);
    }
  }

  /** Measures what is done between the layers of an encoder. */
  private static final class Pauses implements BooleanSupplier {
    private final BooleanSupplier pause;
    private double millis;

    Pauses(BooleanSupplier pause) {
      this.pause = pause;
    }

    @Override
    public boolean getAsBoolean() {
      Stopwatch watch = Stopwatch.start();
      boolean goOn = pause.getAsBoolean();
      millis += watch.elapsedMillis();
      return goOn;
    }
  }

  /** Whether a picture may be encoded beside the rows that prompts hold. */
  boolean fits(PromptImage image) {
    return images.orElseThrow().fits(image.grid());
  }

  /** Frees rows of pictures that are more than the cache may keep; never during a pass. */
  void trim() {
    images.ifPresent(cache -> cache.makeRoom(0));
  }

  /** Most rows that {@link #read} gives at a time. */
  int outputRows() {
    return logits.rows();
  }

  /** What the last layer says at some rows of the batch that ran; valid until the next call. */
  FloatMatrix read(Output output, int[] rows) {
    if (output == Output.LOGITS) {
      model.logits(rows, workspace, logits, workers);
      weights.requireWhole();
      return logits;
    }
    model.hiddenStates(rows, workspace, states);
    weights.requireWhole();
    return states;
  }

  @Override
  public void close() {
    workers.close();
    cache.close();
    images.ifPresent(ImageCache::close);
    encoderScratch.close();
    arena.close();
  }
}
