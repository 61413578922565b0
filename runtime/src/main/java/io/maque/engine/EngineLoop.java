package io.maque.engine;

import io.maque.engine.Plan.Chunk;
import io.maque.engine.Sequence.Output;
import io.maque.engine.Sequence.State;
import io.maque.model.Batch;
import io.maque.sampling.SamplingMemory;
import io.maque.tensor.FloatMatrix;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the engine thread does, over and over: take what has arrived, end what was cancelled, plan,
 * compute, hand out tokens, encode a picture that is needed. Owns everything it works with and
 * frees it at the end.
 */
final class EngineLoop implements Runnable {
  private final ModelRunner runner;
  private final Inbox inbox;
  private final Scheduler scheduler;

  /** One per worker. */
  private final SamplingMemory[] memories;

  private final Counters counters;

  /** What the pass goes on with; shrinks while it runs. */
  private List<Chunk> chunks = List.of();

  EngineLoop(ModelRunner runner, EngineOptions options, Inbox inbox, Counters counters) {
    this.runner = runner;
    this.inbox = inbox;
    this.counters = counters;
    this.memories = new SamplingMemory[runner.workers().threads()];
    Arrays.setAll(memories, worker -> new SamplingMemory(runner.kernels().maxima()));
    this.scheduler = new Scheduler(runner.cache(), options);
  }

  @Override
  public void run() {
    try {
      while (!inbox.closed()) {
        if (scheduler.idle()) {
          inbox.take().forEach(scheduler::add);
          if (inbox.takeWarmUp()) {
            runner.warmUp(() -> inbox.taken() == 0 && !inbox.closed());
          }
        }
        lookUp();
        step();
        scheduler.nextForRows(runner::fits).ifPresent(this::encode);
      }
    } catch (InterruptedException e) {
      // Nobody but a listener can know this thread; taken as the wish to close.
      log().log(Level.WARNING, "the engine thread was interrupted; the model is closed");
    } finally {
      shutDown();
    }
  }

  /** Takes what has arrived and ends what is to end before its time. */
  private void lookUp() {
    inbox.drain().forEach(scheduler::add);
    for (Sequence sequence : scheduler.find(s -> s.interruption().isPresent())) {
      sequence.interruption().ifPresent(reason -> end(sequence, reason));
    }
  }

  private void step() {
    chunks = scheduler.schedule().chunks();
    if (chunks.isEmpty()) {
      return;
    }
    counters.begun(chunks);
    counters.publish(scheduler);
    if (!compute()) {
      return;
    }
    List<Position> logits = new ArrayList<>();
    List<Position> states = new ArrayList<>();
    int row = 0;
    for (Chunk chunk : chunks) {
      int begin = chunk.begin();
      scheduler.advance(chunk);
      for (int position = begin; position < begin + chunk.count(); position++) {
        switch (chunk.sequence().wanted(position)) {
          case LOGITS -> logits.add(new Position(chunk.sequence(), position, row++));
          case HIDDEN_STATE -> states.add(new Position(chunk.sequence(), position, row++));
          case NOTHING -> {}
        }
      }
    }
    handOut(Output.LOGITS, logits);
    handOut(Output.HIDDEN_STATE, states);
    runner.trim();
  }

  /**
   * Encodes the picture that a prompt waits for; between its layers the others get their passes.
   */
  private void encode(Sequence sequence) {
    PromptImage image = sequence.images().missing();
    try {
      runner.encode(image, () -> stillWanted(image.id())).ifPresent(sequence::onEncoded);
    } catch (RuntimeException e) {
      fail(sequence, e);
    }
  }

  /** Between two layers of an encoder: whether anybody still wants the picture. */
  private boolean stillWanted(int imageId) {
    lookUp();
    step();
    return !inbox.closed() && !scheduler.find(s -> s.images().wants(imageId)).isEmpty();
  }

  /** A position of which something is wanted, and its row among those of the batch. */
  private record Position(Sequence sequence, int position, int row) {}

  /** Runs the model over the chunks; when that fails, so do all sequences that take part. */
  private boolean compute() {
    try {
      runner.run(new Batch(chunks.stream().map(EngineLoop::slice).toList()), this::stillWanted);
      return true;
    } catch (RuntimeException e) {
      chunks.forEach(chunk -> fail(chunk.sequence(), e));
      return false;
    }
  }

  private static Batch.Slice slice(Chunk chunk) {
    Sequence sequence = chunk.sequence();
    int begin = chunk.begin();
    return new Batch.Slice(
        sequence.blockTable(),
        begin,
        sequence.tokens(begin, chunk.count()),
        sequence.images().spans(),
        IntStream.range(0, chunk.count())
            .filter(token -> sequence.wanted(begin + token) != Output.NOTHING)
            .toArray());
  }

  /** Between two layers: leaves out the sequences that have ended meanwhile, or all when closed. */
  private Batch stillWanted(Batch batch) {
    lookUp();
    boolean closed = inbox.closed();
    List<Chunk> left = new ArrayList<>(chunks.size());
    List<Batch.Slice> slices = new ArrayList<>(chunks.size());
    for (int i = 0; i < chunks.size(); i++) {
      if (!closed && chunks.get(i).sequence().state() != State.FINISHED) {
        left.add(chunks.get(i));
        slices.add(batch.slices().get(i));
      }
    }
    if (left.size() == chunks.size()) {
      return batch;
    }
    chunks = left;
    return new Batch(slices);
  }

  private void handOut(Output output, List<Position> positions) {
    for (int i = 0; i < positions.size(); i += runner.outputRows()) {
      if (i > 0) {
        lookUp();
      }
      List<Position> some =
          positions.subList(i, Math.min(i + runner.outputRows(), positions.size())).stream()
              .filter(position -> position.sequence().state() != State.FINISHED)
              .toList();
      if (!some.isEmpty()) {
        handOutSome(output, some);
      }
    }
  }

  private void handOutSome(Output output, List<Position> positions) {
    int[] rows = positions.stream().mapToInt(Position::row).toArray();
    FloatMatrix values;
    try {
      values = runner.read(output, rows);
    } catch (RuntimeException e) {
      positions.forEach(position -> fail(position.sequence(), e));
      return;
    }
    RuntimeException[] failures = new RuntimeException[rows.length];
    runner
        .workers()
        .forEachRange(
            rows.length,
            1,
            (begin, end, worker) -> {
              for (int i = begin; i < end; i++) {
                failures[i] = evaluate(positions.get(i), values, i, memories[worker]);
              }
            });
    for (int i = 0; i < rows.length; i++) {
      if (failures[i] == null) {
        accept(positions.get(i), values, i);
      } else {
        fail(positions.get(i).sequence(), failures[i]);
      }
    }
  }

  /** Returns what went wrong, or null: one sequence's failure is not that of the others. */
  private static RuntimeException evaluate(
      Position position, FloatMatrix values, int row, SamplingMemory memory) {
    try {
      position.sequence().evaluate(position.position(), values, row, memory);
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  private void accept(Position position, FloatMatrix values, int row) {
    Sequence sequence = position.sequence();
    if (sequence.state() == State.FINISHED || sequence.interruption().isPresent()) {
      return;
    }
    int before = sequence.completionTokens();
    try {
      Optional<FinishReason> reason = sequence.accept(position.position(), values, row);
      counters.sampled(sequence.completionTokens() - before);
      reason.ifPresent(why -> end(sequence, why));
    } catch (RuntimeException e) {
      fail(sequence, e);
    }
  }

  private void end(Sequence sequence, FinishReason reason) {
    scheduler.finish(sequence, false);
    leave();
    tell(() -> sequence.onFinish(reason));
  }

  private void fail(Sequence sequence, RuntimeException error) {
    if (sequence.state() != State.FINISHED) {
      scheduler.finish(sequence, true);
      leave();
      tell(() -> sequence.onError(error));
    }
  }

  /** Makes room for another request and says so before the one that ends is told. */
  private void leave() {
    inbox.leave();
    counters.publish(scheduler);
  }

  /** A listener that fails even when it is told the end must not end the engine. */
  private static void tell(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException e) {
      log().log(Level.WARNING, "a listener failed when it was told the end of its request", e);
    }
  }

  private void shutDown() {
    inbox.close();
    EngineClosedException error =
        new EngineClosedException("the model was closed before the request was complete");
    inbox.drain().forEach(scheduler::add);
    scheduler.find(sequence -> true).forEach(sequence -> fail(sequence, error));
    runner.close();
  }

  /** Looked up when there is something to say: finding it takes a cold start some milliseconds. */
  private static Logger log() {
    return System.getLogger(EngineLoop.class.getName());
  }
}
