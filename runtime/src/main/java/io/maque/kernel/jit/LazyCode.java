package io.maque.kernel.jit;

import io.maque.asm.ExecutableMemory;
import io.maque.asm.VectorAssembler;
import java.util.function.Supplier;

/** Machine code that other machine code calls, generated when its address is first asked for. */
final class LazyCode {
  private final Supplier<VectorAssembler> code;
  private volatile long address;

  LazyCode(Supplier<VectorAssembler> code) {
    this.code = code;
  }

  long address() {
    long made = address;
    return made == 0 ? make() : made;
  }

  private synchronized long make() {
    if (address == 0) {
      address = ExecutableMemory.address(code.get().toBytes());
    }
    return address;
  }
}
