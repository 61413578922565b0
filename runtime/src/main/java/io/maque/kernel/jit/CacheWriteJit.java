package io.maque.kernel.jit;

import io.maque.kernel.CacheWrite;
import io.maque.memory.ForeignFunction;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** {@link CacheWrite} in machine code; see {@link CacheWriteCode}. */
final class CacheWriteJit implements CacheWrite {
  private final Isa isa;
  private final TensorType type;

  /** One entry for each length of a key or value of the models this process opened. */
  private final Map<Integer, LazyFunction> codes = new ConcurrentHashMap<>();

  CacheWriteJit(Isa isa, TensorType type) {
    this.isa = isa;
    this.type = type;
  }

  @Override
  public String name() {
    return "CacheWrite" + type + isa.suffix();
  }

  @Override
  public void write(
      MemorySegment source,
      long offset,
      int heads,
      int length,
      MemorySegment pool,
      long at,
      long headStride) {
    if (heads < 1 || length < 1 || headStride < 0) {
      throw new IllegalArgumentException(
          "expected at least one head and value and a stride upwards, found %d, %d and %d"
              .formatted(heads, length, headStride));
    }
    // Machine code checks nothing: every byte it may touch is proven to be inside first.
    MemorySegment rows = source.asSlice(offset, (long) heads * length * Float.BYTES);
    MemorySegment first = pool.asSlice(at, (heads - 1) * headStride + type.bytes(length));
    code(length).call(rows, first, MemorySegment.NULL, MemorySegment.NULL, heads, headStride);
  }

  private ForeignFunction code(int length) {
    LazyFunction made = codes.get(length);
    if (made == null) {
      made =
          codes.computeIfAbsent(
              length,
              rowLength -> new LazyFunction(() -> new CacheWriteCode(type, rowLength).generate()));
    }
    return made.get();
  }
}
