package io.maque.kernel.jit;

import io.maque.asm.ExecutableMemory;
import io.maque.asm.VectorAssembler;
import io.maque.memory.ForeignFunction;
import java.util.function.Supplier;

/** Machine code that is generated when first called for: most of it never is. */
final class LazyFunction {
  private final Supplier<VectorAssembler> code;
  private volatile ForeignFunction function;

  LazyFunction(Supplier<VectorAssembler> code) {
    this.code = code;
  }

  ForeignFunction get() {
    ForeignFunction made = function;
    return made == null ? make() : made;
  }

  /** For other machine code to call. */
  long address() {
    return get().address();
  }

  private synchronized ForeignFunction make() {
    if (function == null) {
      function = ExecutableMemory.function(code.get().toBytes());
    }
    return function;
  }
}
