package io.maque.kernel.jit;

import io.maque.asm.ExecutableMemory;
import io.maque.asm.VectorAssembler;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.function.Supplier;

/** Machine code that is generated when first called for: most of it never is. */
final class LazyFunction {
  private final Supplier<VectorAssembler> code;
  private final FunctionDescriptor descriptor;
  private volatile MethodHandle handle;

  LazyFunction(Supplier<VectorAssembler> code, FunctionDescriptor descriptor) {
    this.code = code;
    this.descriptor = descriptor;
  }

  MethodHandle handle() {
    MethodHandle made = handle;
    return made == null ? make() : made;
  }

  private synchronized MethodHandle make() {
    if (handle == null) {
      handle = ExecutableMemory.function(code.get().toBytes(), descriptor);
    }
    return handle;
  }
}
