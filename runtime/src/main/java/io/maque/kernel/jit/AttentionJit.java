package io.maque.kernel.jit;

import io.maque.asm.ExecutableMemory;
import io.maque.kernel.Attention;
import io.maque.kernel.AttentionShape;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Attention in steps of as many positions of one cache block as a register has elements; see {@link
 * AttentionCode}.
 */
final class AttentionJit implements Attention {
  private static final FunctionDescriptor STEP =
      FunctionDescriptor.ofVoid(
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG);

  private static final FunctionDescriptor FINISH =
      FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS);

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
  public void attend(
      AttentionShape shape,
      MemorySegment query,
      long queryOffset,
      MemorySegment pool,
      long[] blockOffsets,
      long keyOffset,
      long valueOffset,
      int begin,
      int end,
      MemorySegment out,
      long outOffset) {
    Code code = codes.computeIfAbsent(shape, this::generate);
    MemorySegment state = code.state.get();
    code.clear(state);
    MemorySegment queries = Lanes.slice(query, queryOffset, shape.groupSize() * shape.keyLength());
    MemorySegment outs = Lanes.slice(out, outOffset, shape.groupSize() * shape.valueLength());
    long keyBytes = type.bytes(shape.keyLength());
    long valueBytes = type.bytes(shape.valueLength());
    int position = begin;
    while (position < end) {
      long block = blockOffsets[position / shape.blockTokens()];
      int row = position % shape.blockTokens();
      int left = Math.min(shape.blockTokens() - row, end - position);
      int count = Math.min(isa.floats(), left);
      MemorySegment keys = pool.asSlice(block + keyOffset + row * keyBytes, count * keyBytes);
      MemorySegment values =
          pool.asSlice(block + valueOffset + row * valueBytes, count * valueBytes);
      Native.call(() -> {
        code.step.invokeExact(keys, values, queries, state, (long) count);
      });
      position += count;
    }
    Native.call(() -> {
      code.finish.invokeExact(state, outs);
    });
  }

  private Code generate(AttentionShape shape) {
    AttentionCode step = new AttentionCode(isa, shape, type);
    AttentionCode finish = new AttentionCode(isa, shape, type);
    return new Code(
        step,
        ExecutableMemory.function(step.generateStep().toBytes(), STEP),
        ExecutableMemory.function(finish.generateFinish().toBytes(), FINISH),
        ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(step.stateBytes(), isa.bytes())));
  }

  private record Code(
      AttentionCode layout,
      MethodHandle step,
      MethodHandle finish,
      ThreadLocal<MemorySegment> state) {

    /** Begins a softmax; what is left of other sequences in the state is cleared with it. */
    void clear(MemorySegment memory) {
      memory.fill((byte) 0);
      for (int head = 0; head < layout.heads(); head++) {
        memory.set(
            ValueLayout.JAVA_FLOAT_UNALIGNED, layout.headOffset(head), Float.NEGATIVE_INFINITY);
      }
    }
  }
}
