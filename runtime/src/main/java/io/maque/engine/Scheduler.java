package io.maque.engine;

import io.maque.cache.KvCache;
import io.maque.engine.Plan.Chunk;
import io.maque.engine.Sequence.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Decides what the next forward pass computes: continuous batching with chunked prefill (Agrawal et
 * al. 2023, arXiv 2308.16369). Runs no model, so it can be tested without one.
 *
 * <p>Policy: running streams first, so that every pass gives each of them a token; what is left of
 * the batch goes to prompts, oldest first, in chunks; new sequences start when the whole of their
 * tokens would fit the cache. Sequences keep the order of their arrival. When blocks run out, those
 * that finished sequences left behind go first; then the youngest running sequence is preempted: it
 * gives all its blocks back and is computed again later. A prompt never preempts a running stream.
 * The oldest sequence can always proceed, since the cache holds at least one full context.
 */
final class Scheduler {
  private final KvCache cache;
  private final int maxSequences;
  private final int maxBatchTokens;
  private final RetainedPrefixes retained;
  private long promptTokens;
  private long cachedTokens;
  private long preemptions;
  private final Deque<Sequence> waiting = new ArrayDeque<>();

  /** Oldest first. */
  private final List<Sequence> running = new ArrayList<>();

  /**
   * @param maxSequences most running sequences
   * @param maxBatchTokens most tokens of a plan, at least {@code maxSequences}
   */
  Scheduler(KvCache cache, int maxSequences, int maxBatchTokens) {
    this.cache = cache;
    this.maxSequences = maxSequences;
    this.maxBatchTokens = maxBatchTokens;
    this.retained = new RetainedPrefixes(cache, maxSequences);
  }

  /** Adds a new sequence behind all others. */
  void add(Sequence sequence) {
    waiting.addLast(sequence);
  }

  /** Whether no sequence is left. */
  boolean idle() {
    return waiting.isEmpty() && running.isEmpty();
  }

  /** A pass has computed a chunk. */
  void advance(Chunk chunk) {
    chunk.sequence().advance(chunk.count());
  }

  int running() {
    return running.size();
  }

  int waiting() {
    return waiting.size();
  }

  int freeBlocks() {
    return cache.freeBlocks();
  }

  int retainedBlocks() {
    return retained.blocks();
  }

  long promptTokens() {
    return promptTokens;
  }

  long cachedTokens() {
    return cachedTokens;
  }

  long preemptions() {
    return preemptions;
  }

  /** The sequences that fulfil a condition, oldest first. */
  List<Sequence> find(Predicate<Sequence> condition) {
    List<Sequence> found = List.of();
    for (Sequence sequence : running) {
      found = condition.test(sequence) ? with(found, sequence) : found;
    }
    for (Sequence sequence : waiting) {
      found = condition.test(sequence) ? with(found, sequence) : found;
    }
    return found;
  }

  /** Asked between all layers, and mostly nothing is found: so nothing is allocated then. */
  private static List<Sequence> with(List<Sequence> found, Sequence sequence) {
    List<Sequence> more = found.isEmpty() ? new ArrayList<>() : found;
    more.add(sequence);
    return more;
  }

  /** Ends a sequence; its keys and values are kept for others or freed. */
  void finish(Sequence sequence, boolean keep) {
    running.remove(sequence);
    waiting.remove(sequence);
    sequence.finish();
    if (keep && sequence.leavesCache()) {
      retained.add(sequence);
    } else {
      cache.release(sequence.blockTable());
    }
  }

  /** What to compute next, with the blocks for it reserved. Empty only when idle. */
  Plan schedule() {
    List<Chunk> chunks = new ArrayList<>();
    int runningBefore = running.size();
    planDecode(chunks);
    boolean blocksLeft = planPrefill(chunks) && running.size() == runningBefore;
    if (blocksLeft) {
      admit(chunks);
    }
    return new Plan(chunks);
  }

  private void planDecode(List<Chunk> chunks) {
    // Preemption shortens the list at its end, never before i.
    for (int i = 0; i < running.size(); i++) {
      Sequence sequence = running.get(i);
      if (sequence.state() == State.DECODE && reserveForDecode(sequence)) {
        chunks.add(new Chunk(sequence, 1));
      }
    }
  }

  private boolean reserveForDecode(Sequence sequence) {
    while (!cache.reserve(sequence.blockTable(), sequence.computed() + 1)) {
      if (!retained.evictOldest()) {
        Sequence youngest = running.getLast();
        preempt(youngest);
        if (youngest == sequence) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns whether every running prompt got the blocks it asked for. */
  private boolean planPrefill(List<Chunk> chunks) {
    for (int i = 0; i < running.size() && budget(chunks) > 0; i++) {
      Sequence sequence = running.get(i);
      if (sequence.state() == State.PREFILL) {
        int count = Math.min(sequence.remaining(), budget(chunks));
        if (!reserveForPrefill(sequence, count)) {
          return false;
        }
        chunks.add(new Chunk(sequence, count));
      }
    }
    return true;
  }

  private boolean reserveForPrefill(Sequence sequence, int count) {
    while (!cache.reserve(sequence.blockTable(), sequence.computed() + count)) {
      if (!retained.evictOldest() && !preemptPrefillYoungerThan(sequence)) {
        return false;
      }
    }
    return true;
  }

  private boolean preemptPrefillYoungerThan(Sequence sequence) {
    for (int i = running.size() - 1; running.get(i) != sequence; i--) {
      if (running.get(i).state() == State.PREFILL) {
        preempt(running.get(i));
        return true;
      }
    }
    return false;
  }

  private void admit(List<Chunk> chunks) {
    while (!waiting.isEmpty() && running.size() < maxSequences && budget(chunks) > 0) {
      Sequence sequence = waiting.getFirst();
      int needed = Math.ceilDiv(sequence.length(), cache.layout().blockTokens());
      if (needed > cache.freeBlocks() + retained.blocks()) {
        return;
      }
      waiting.removeFirst();
      running.addLast(sequence);
      int cached = sequence.readsCache() ? retained.takeFor(sequence) : 0;
      if (!sequence.started()) {
        promptTokens += sequence.promptLength();
        cachedTokens += cached;
      }
      sequence.start(cached);
      int count = Math.min(sequence.remaining(), budget(chunks));
      if (!reserveForPrefill(sequence, count)) {
        throw new IllegalStateException("blocks that were counted as free are not");
      }
      chunks.add(new Chunk(sequence, count));
    }
  }

  private void preempt(Sequence sequence) {
    running.remove(sequence);
    cache.release(sequence.blockTable());
    sequence.preempt();
    preemptions++;
    waiting.addFirst(sequence);
  }

  private int budget(List<Chunk> chunks) {
    int planned = 0;
    for (Chunk chunk : chunks) {
      planned += chunk.count();
    }
    return maxBatchTokens - planned;
  }
}
