package io.maque.kernel.jit;

import io.maque.asm.CodeBuffer;
import io.maque.asm.ExecutableMemory;
import io.maque.memory.ForeignFunction;
import java.util.function.Supplier;

/** Machine code that is generated when first called for: most of it never is. */
final class LazyFunction {
  private final Supplier<? extends CodeBuffer> code;
  private volatile ForeignFunction function;

  LazyFunction(Supplier<? extends CodeBuffer> code) {
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
