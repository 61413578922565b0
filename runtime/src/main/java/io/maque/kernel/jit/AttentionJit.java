package io.maque.kernel.jit;

import io.maque.asm.ExecutableMemory;
import io.maque.kernel.Attention;
import io.maque.kernel.AttentionShape;
import io.maque.memory.ForeignFunction;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Attention of a few tokens at a time; see {@link AttentionRange} and {@link AttentionMerge}. */
final class AttentionJit implements Attention {
  /** States and queries of a call, of which half are in use at once: less than an L1. */
  private static final int CALL_BYTES = 40 << 10;

  private static final int MAX_TOKENS = 16;

  private final Isa isa;
  private final TensorType type;

  /** One entry for each shape of layer of the models this process opened. */
  private final Map<AttentionShape, Code> codes = new ConcurrentHashMap<>();

  AttentionJit(Isa isa, TensorType type) {
    this.isa = isa;
    this.type = type;
  }

  @Override
  public String name() {
    return "Attention" + type + isa.suffix();
  }

  @Override
  public int maxTokens(AttentionShape shape) {
    long bytes = stateBytes(shape, 1) + queryBytes(shape);
    return Math.clamp(CALL_BYTES / bytes, 1, MAX_TOKENS);
  }

  @Override
  public long stateBytes(AttentionShape shape, int tokens) {
    return AttentionState.bytes(isa, shape, tokens);
  }

  private static long queryBytes(AttentionShape shape) {
    return (long) shape.groupSize() * shape.keyLength() * Float.BYTES;
  }

  @Override
  public void attend(
      AttentionShape shape, Queries queries, CachedHead head, int range, MemorySegment state) {
    // Machine code checks nothing: every byte it may touch is proven to be inside first.
    Objects.checkFromToIndex(0, stateBytes(shape, queries.tokens()), state.byteSize());
    MemorySegment query =
        queries
            .data()
            .asSlice(
                queries.offset(), (queries.tokens() - 1) * queries.stride() + queryBytes(shape));
    MemorySegment pool = head.pool();
    Code code = code(shape);
    Arguments arguments = code.arguments.get();
    arguments.set(AttentionRange.QUERY_STRIDE, queries.stride());
    arguments.set(AttentionRange.TOKENS, queries.tokens());
    arguments.set(AttentionRange.POSITION, queries.position());
    arguments.set(AttentionRange.WINDOW, queries.window());
    int stepsEnd = setSteps(shape, queries, head, range, arguments);
    MemorySegment written = arguments.write(stepsEnd + AttentionRange.STEP_BYTES);
    code.range.call(pool, query, state, written);
  }

  /**
   * Sets the steps of a range: a register of positions of a block, or what is left of either.
   *
   * @return where they end
   */
  private int setSteps(
      AttentionShape shape, Queries queries, CachedHead head, int range, Arguments arguments) {
    long keyBytes = type.bytes(shape.keyLength());
    long valueBytes = type.bytes(shape.valueLength());
    long poolBytes = head.pool().byteSize();
    int end = Math.min((range + 1) * RANGE, queries.end(queries.tokens() - 1));
    int step = AttentionRange.STEPS;
    int position = range * RANGE;
    while (position < end) {
      long block = head.blockOffsets()[position / shape.blockTokens()];
      int row = position % shape.blockTokens();
      int left = Math.min(shape.blockTokens() - row, (range + 1) * RANGE - position);
      int next = position + Math.min(isa.floats(), left);
      if (next > queries.begin(0)) {
        int count = Math.min(next, end) - position;
        long keys = block + head.keyOffset() + row * keyBytes;
        long values = block + head.valueOffset() + row * valueBytes;
        Objects.checkFromIndexSize(keys, count * keyBytes, poolBytes);
        Objects.checkFromIndexSize(values, count * valueBytes, poolBytes);
        setStep(arguments, step, keys, values, position, count);
        step += AttentionRange.STEP_BYTES;
      }
      position = next;
    }
    setStepAhead(shape, queries, head, position, arguments, step);
    if (step == AttentionRange.STEPS) {
      throw new IllegalArgumentException(
          "range %d: no query of positions %d to %d sees it"
              .formatted(range, queries.position(), queries.end(queries.tokens() - 1) - 1));
    }
    arguments.set(AttentionRange.STEPS_END, arguments.address(step));
    return step;
  }

  /** What is fetched ahead during the last step: the next range, or the last step's own rows. */
  private void setStepAhead(
      AttentionShape shape,
      Queries queries,
      CachedHead head,
      int position,
      Arguments arguments,
      int step) {
    int last = Math.min(position, queries.end(queries.tokens() - 1) - 1);
    long block = head.blockOffsets()[last / shape.blockTokens()];
    int row = last % shape.blockTokens();
    long keys = block + head.keyOffset() + row * type.bytes(shape.keyLength());
    long values = block + head.valueOffset() + row * type.bytes(shape.valueLength());
    setStep(arguments, step, keys, values, last, 0);
  }

  private static void setStep(
      Arguments arguments, int step, long keys, long values, int position, int count) {
    arguments.set(step + AttentionRange.STEP_KEYS, keys);
    arguments.set(step + AttentionRange.STEP_VALUES, values);
    arguments.set(step + AttentionRange.STEP_POSITION, position);
    arguments.set(step + AttentionRange.STEP_COUNT, count);
  }

  @Override
  public void merge(AttentionShape shape, int tokens, MemorySegment state, MemorySegment next) {
    long bytes = stateBytes(shape, tokens);
    Objects.checkFromToIndex(0, bytes, state.byteSize());
    Objects.checkFromToIndex(0, bytes, next.byteSize());
    long rows = (long) tokens * shape.groupSize();
    Code code = code(shape);
    code.merge.call(state, next, MemorySegment.NULL, MemorySegment.NULL, rows, 0);
  }

  @Override
  public void finish(
      AttentionShape shape,
      int tokens,
      MemorySegment state,
      MemorySegment out,
      long offset,
      long stride) {
    Objects.checkFromToIndex(0, stateBytes(shape, tokens), state.byteSize());
    long tokenBytes = (long) shape.groupSize() * shape.valueLength() * Float.BYTES;
    MemorySegment outs = out.asSlice(offset, (tokens - 1) * stride + tokenBytes);
    Code code = code(shape);
    code.finish.call(state, outs, MemorySegment.NULL, MemorySegment.NULL, tokens, stride);
  }

  private Code code(AttentionShape shape) {
    Code made = codes.get(shape);
    return made == null ? codes.computeIfAbsent(shape, this::generate) : made;
  }

  private Code generate(AttentionShape shape) {
    return new Code(
        ExecutableMemory.function(new AttentionRange(isa, shape, type).generate().toBytes()),
        ExecutableMemory.function(new AttentionMerge(isa, shape).generateMerge().toBytes()),
        ExecutableMemory.function(new AttentionMerge(isa, shape).generateFinish().toBytes()),
        ThreadLocal.withInitial(() ->
            new Arguments(AttentionRange.tileOffset(), AttentionRange.argumentBytes(isa, shape))));
  }

  private record Code(
      ForeignFunction range,
      ForeignFunction merge,
      ForeignFunction finish,
      ThreadLocal<Arguments> arguments) {}
}
