package io.maque.engine;

import io.maque.cache.KvCache;
import io.maque.engine.Plan.Chunk;
import io.maque.engine.Sequence.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Predicate;

/**
 * Decides what the next forward pass computes: continuous batching with chunked prefill (Agrawal et
 * al. 2023, arXiv 2308.16369). Runs no model, so it can be tested without one.
 *
 * <p>Policy:
 *
 * <ul>
 *   <li>Running streams first, so that every pass gives each of them a token. What is left of the
 *       pass goes to prompts; while streams run, only so much that they keep flowing.
 *   <li>Sequences are admitted in the order of their arrival, none overtakes another, as soon as
 *       the whole of their tokens fits the cache beside what those before them still need.
 *   <li>Of the prompts in work the oldest gets half of what prompts may have, or all that the
 *       others leave; the rest goes to the others, shortest first. So a long prompt neither holds
 *       up short ones nor is held up by them for more than twice its time.
 *   <li>A prompt takes over what the cache holds of its first tokens. When a prompt before it is
 *       about to compute what it begins with, it waits for that: what is common is computed once.
 *   <li>A prompt that comes to a picture without rows waits for them, and others go on. Pictures
 *       are encoded one at a time, in the order in which prompts came to them: of a prompt with
 *       many one, then those of prompts that came to one meanwhile.
 *   <li>When blocks run out, what finished sequences left goes first, least recently used first;
 *       then the youngest sequence in work is preempted: it lets go of its blocks and is computed
 *       again later, but for what is still in the cache. A prompt never preempts a stream. The
 *       oldest sequence can always proceed, since the cache holds at least one full context.
 * </ul>
 */
final class Scheduler {
  private final KvCache cache;
  private final int maxSequences;
  private final int maxBatchTokens;
  private final int maxPrefillTokens;
  private final Deque<Sequence> waiting = new ArrayDeque<>();

  /** Oldest first. */
  private final List<Sequence> running = new ArrayList<>();

  /**
   * Prompts whose next tokens are a picture without rows, in the order in which they came to it.
   */
  private final SequencedSet<Sequence> needRows = new LinkedHashSet<>();

  private long promptTokens;
  private long cachedTokens;
  private long preemptions;

  Scheduler(KvCache cache, EngineOptions options) {
    this.cache = cache;
    this.maxSequences = options.maxSequences();
    this.maxBatchTokens = options.maxBatchTokens();
    this.maxPrefillTokens = options.maxPrefillTokens();
  }

  /** Adds a new sequence behind all others. */
  void add(Sequence sequence) {
    waiting.addLast(sequence);
  }

  /** Whether no sequence is left. */
  boolean idle() {
    return waiting.isEmpty() && running.isEmpty();
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

  /** Ends a sequence. Its keys and values are left to others, or as they are when it failed. */
  void finish(Sequence sequence, boolean failed) {
    running.remove(sequence);
    waiting.remove(sequence);
    needRows.remove(sequence);
    if (!failed) {
      publish(sequence);
    }
    cache.release(sequence.blockTable());
    sequence.finish();
  }

  /** A pass has computed a chunk. */
  void advance(Chunk chunk) {
    Sequence sequence = chunk.sequence();
    boolean prefill = sequence.state() == State.PREFILL;
    sequence.advance(chunk.count());
    if (prefill || sequence.computed() % cache.layout().blockTokens() == 0) {
      publish(sequence);
    }
  }

  private void publish(Sequence sequence) {
    if (sequence.leavesCache()) {
      cache.publish(sequence.blockTable(), sequence.tokens(), sequence.computed());
    }
  }

  /**
   * What to compute next, with the blocks for it reserved. Empty when idle, or when all that is
   * left needs rows of pictures.
   */
  Plan schedule() {
    List<Chunk> chunks = new ArrayList<>();
    long preemptedBefore = preemptions;
    planDecode(chunks);
    if (preemptions == preemptedBefore) {
      admit();
    }
    planPrefill(chunks);
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
      Sequence youngest = running.getLast();
      preempt(youngest);
      if (youngest == sequence) {
        return false;
      }
    }
    return true;
  }

  private void admit() {
    while (!waiting.isEmpty() && running.size() < maxSequences && fits(waiting.getFirst())) {
      Sequence sequence = waiting.removeFirst();
      sequence.admit();
      running.addLast(sequence);
    }
  }

  /** Whether there is room for all tokens of a sequence, and then for each in work to grow. */
  private boolean fits(Sequence sequence) {
    if (running.isEmpty()) {
      return true;
    }
    int needed = blocks(sequence) + running.size();
    if (sequence.readsCache()) {
      needed -= cache.heldBlocks(sequence.tokens(), sequence.length() - 1);
    }
    for (Sequence other : running) {
      needed += Math.max(0, blocks(other) - other.blockTable().count());
    }
    return needed <= cache.freeBlocks() + cache.retainedBlocks();
  }

  private int blocks(Sequence sequence) {
    return Math.ceilDiv(sequence.length(), cache.layout().blockTokens());
  }

  private void planPrefill(List<Chunk> chunks) {
    int left = maxBatchTokens - chunks.size();
    if (!chunks.isEmpty()) {
      left = Math.min(left, maxPrefillTokens);
    }
    List<Sequence> prompts = startedPrompts();
    if (prompts.isEmpty() || left == 0) {
      return;
    }
    Sequence oldest = prompts.removeFirst();
    int others = prompts.stream().mapToInt(Sequence::computable).sum();
    int count = Math.min(oldest.computable(), Math.max(Math.ceilDiv(left, 2), left - others));
    if (!reserveForOldest(oldest, count)) {
      return;
    }
    chunks.add(new Chunk(oldest, count));
    left -= count;
    prompts.sort((a, b) -> Integer.compare(a.computable(), b.computable()));
    for (Sequence prompt : prompts) {
      count = Math.min(prompt.computable(), left);
      // One that was preempted for the oldest is no prompt in work any more.
      if (count > 0
          && prompt.state() == State.PREFILL
          && cache.reserve(prompt.blockTable(), prompt.computed() + count)) {
        chunks.add(new Chunk(prompt, count));
        left -= count;
      }
    }
  }

  /** Prompts to go on with, oldest first: none that waits for another one or for a picture. */
  private List<Sequence> startedPrompts() {
    List<Sequence> prompts = new ArrayList<>();
    for (int i = 0; i < running.size(); i++) {
      Sequence sequence = running.get(i);
      if (sequence.state() == State.ADMITTED && !follows(sequence, prompts)) {
        start(sequence);
      }
      if (sequence.state() == State.PREFILL) {
        prompts.add(sequence);
      }
    }
    prompts.removeIf(prompt -> !hasRows(prompt));
    return prompts;
  }

  /** Whether a prompt has the rows it needs to go on; notes it when not. */
  private boolean hasRows(Sequence prompt) {
    boolean ready = prompt.prepare(maxPrefillTokens, maxBatchTokens);
    if (ready) {
      needRows.remove(prompt);
    } else {
      needRows.add(prompt);
    }
    return ready;
  }

  /**
   * The prompt whose picture is to be encoded next.
   *
   * @param fits whether a picture fits beside the rows that prompts hold. Where it does not, nobody
   *     overtakes, so that rows are let go; but for the oldest sequence, which nothing holds up
   */
  Optional<Sequence> nextForRows(Predicate<PromptImage> fits) {
    if (needRows.isEmpty()) {
      return Optional.empty();
    }
    Sequence first = needRows.getFirst();
    if (fits.test(first.images().missing())) {
      return Optional.of(first);
    }
    return Optional.of(running.getFirst()).filter(needRows::contains);
  }

  /** Whether one of some prompts is about to compute much of what a new one begins with. */
  private boolean follows(Sequence sequence, List<Sequence> prompts) {
    if (!sequence.readsCache() || prompts.isEmpty()) {
      return false;
    }
    int limit = sequence.length() - 1;
    int cached = cache.cached(sequence.tokens(), limit);
    for (Sequence prompt : prompts) {
      int gain = prompt.leavesCache() ? Math.min(limit, prompt.common(sequence)) - cached : 0;
      if (gain >= cache.layout().blockTokens() || (gain > 0 && 2 * gain >= limit - cached)) {
        return true;
      }
    }
    return false;
  }

  private void start(Sequence sequence) {
    int cached =
        sequence.readsCache()
            ? cache.share(sequence.blockTable(), sequence.tokens(), sequence.length() - 1)
            : 0;
    if (!sequence.started()) {
      promptTokens += sequence.promptLength();
      cachedTokens += cached;
    }
    sequence.start(cached);
  }

  private boolean reserveForOldest(Sequence oldest, int count) {
    while (!cache.reserve(oldest.blockTable(), oldest.computed() + count)) {
      Sequence youngest = running.getLast();
      if (youngest == oldest || youngest.state() == State.DECODE) {
        return false;
      }
      preempt(youngest);
    }
    return true;
  }

  private void preempt(Sequence sequence) {
    running.remove(sequence);
    needRows.remove(sequence);
    waiting.addFirst(sequence);
    publish(sequence);
    cache.release(sequence.blockTable());
    sequence.preempt();
    preemptions++;
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
    return cache.retainedBlocks();
  }

  /** Tokens of the prompts that were begun. */
  long promptTokens() {
    return promptTokens;
  }

  /** How many of them the cache held. */
  long cachedTokens() {
    return cachedTokens;
  }

  /** How many times a sequence in work gave way to an older one. */
  long preemptions() {
    return preemptions;
  }
}
