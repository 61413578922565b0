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

/** Attention in steps of up to sixteen positions of one cache block; see {@link AttentionCode}. */
final class AttentionAvx512 implements Attention {
  private static final FunctionDescriptor STEP =
      FunctionDescriptor.ofVoid(
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT);

  private static final FunctionDescriptor FINISH =
      FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS);

  private final TensorType type;

  /** One entry for each shape of layer of the models this process opened. */
  private final Map<AttentionShape, Code> codes = new ConcurrentHashMap<>();

  AttentionAvx512(TensorType type) {
    this.type = type;
  }

  @Override
  public String name() {
    return "Attention" + type + "Avx512";
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
      int count = Math.min(AttentionCode.POSITIONS, left);
      MemorySegment keys = pool.asSlice(block + keyOffset + row * keyBytes, count * keyBytes);
      MemorySegment values =
          pool.asSlice(block + valueOffset + row * valueBytes, count * valueBytes);
      Native.call(() -> {
        code.step.invokeExact(keys, values, queries, state, (long) count, (1 << count) - 1);
      });
      position += count;
    }
    Native.call(() -> {
      code.finish.invokeExact(state, outs);
    });
  }

  private Code generate(AttentionShape shape) {
    byte[] step = new AttentionCode(shape, type).generateStep().toBytes();
    byte[] finish = new AttentionCode(shape, type).generateFinish().toBytes();
    return new Code(
        shape,
        ExecutableMemory.function(step, STEP),
        ExecutableMemory.function(finish, FINISH),
        ThreadLocal.withInitial(
            () -> Arena.ofAuto().allocate(AttentionCode.stateBytes(shape), Lanes.BYTES)));
  }

  private record Code(
      AttentionShape shape,
      MethodHandle step,
      MethodHandle finish,
      ThreadLocal<MemorySegment> state) {

    /** Begins a softmax; what is left of other sequences in the state is cleared with it. */
    void clear(MemorySegment memory) {
      memory.fill((byte) 0);
      for (int head = 0; head < shape.groupSize(); head++) {
        long at = AttentionCode.headOffset(shape, head);
        memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, Float.NEGATIVE_INFINITY);
      }
    }
  }
}
