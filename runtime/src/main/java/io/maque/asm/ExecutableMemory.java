package io.maque.asm;

import io.maque.memory.ForeignFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Memory that holds machine code: written while it is writable, then made executable, never both.
 * Lives as long as the process, as kernels do.
 *
 * <p>Linux on x86-64 and 64-bit ARM only; {@link #refusal} says why code cannot be run elsewhere.
 */
@SuppressWarnings("restricted")
public final class ExecutableMemory {
  private static final long PAGE_BYTES = 4096;

  /** {@code <sys/mman.h>} on Linux. */
  private static final int PROT_READ = 1;

  private static final int PROT_WRITE = 2;
  private static final int PROT_EXEC = 4;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final long MAP_FAILED = -1;

  private static final String ARM_64 = "aarch64";

  private ExecutableMemory() {}

  /**
   * Why machine code cannot be run in this process, or empty when it can.
   *
   * @param forArch what the code is made for, as the JDK names it: {@code amd64} or {@code aarch64}
   */
  public static Optional<String> refusal(String forArch) {
    String os = System.getProperty("os.name");
    String arch = System.getProperty("os.arch");
    if (!os.equals("Linux") || !arch.equals(forArch)) {
      return Optional.of(
          "machine code is made for Linux on %s, found %s on %s".formatted(forArch, os, arch));
    }
    if (!ExecutableMemory.class.getModule().isNativeAccessEnabled()) {
      return Optional.of("the JVM was started without --enable-native-access=ALL-UNNAMED");
    }
    return Probe.REFUSAL;
  }

  /**
   * Makes a function of finished code.
   *
   * @param code position-independent, following the calling convention of C on Linux
   * @throws IllegalStateException when the operating system refuses executable memory
   */
  public static ForeignFunction function(byte[] code) {
    MemorySegment memory = load(code);
    if (System.getProperty("os.arch").equals(ARM_64)) {
      MemorySegment end = memory.asSlice(memory.byteSize());
      ArmCaches.SYNCHRONISE.call(memory, end, MemorySegment.NULL, MemorySegment.NULL);
    }
    return new ForeignFunction(memory);
  }

  private static MemorySegment load(byte[] code) {
    long bytes = Math.ceilDiv(code.length, PAGE_BYTES) * PAGE_BYTES;
    MemorySegment memory = Posix.mmap(bytes, PROT_READ | PROT_WRITE);
    memory.copyFrom(MemorySegment.ofArray(code));
    Posix.mprotect(memory, PROT_READ | PROT_EXEC);
    return memory;
  }

  /** Hardened hosts (SELinux execmem, some containers) refuse executable memory: ask once. */
  private static final class Probe {
    static final Optional<String> REFUSAL = tryToLoad();

    private static Optional<String> tryToLoad() {
      try {
        load(new byte[1]);
        return Optional.empty();
      } catch (IllegalStateException e) {
        return Optional.of(e.getMessage());
      }
    }
  }

  /** Made when the first code is, and only where it is needed. */
  private static final class ArmCaches {
    static final ForeignFunction SYNCHRONISE = new ForeignFunction(load(InstructionCache.code()));
  }

  /** The two calls of the C library that are needed. */
  private static final class Posix {
    private static final ForeignFunction MMAP = ForeignFunction.ofLibrary("mmap");
    private static final ForeignFunction MPROTECT = ForeignFunction.ofLibrary("mprotect");

    static MemorySegment mmap(long bytes, int protection) {
      long address =
          MMAP.call(
              MemorySegment.NULL,
              ForeignFunction.number(bytes),
              ForeignFunction.number(protection),
              ForeignFunction.number(MAP_PRIVATE_ANONYMOUS),
              -1,
              0);
      if (address == MAP_FAILED) {
        throw new IllegalStateException("mmap refused " + bytes + " bytes for machine code");
      }
      return MemorySegment.ofAddress(address).reinterpret(bytes, Arena.global(), null);
    }

    static void mprotect(MemorySegment memory, int protection) {
      // An int: what the register holds beyond it means nothing.
      int result =
          (int)
              MPROTECT.call(
                  memory,
                  ForeignFunction.number(memory.byteSize()),
                  ForeignFunction.number(protection),
                  MemorySegment.NULL);
      if (result != 0) {
        throw new IllegalStateException(
            "mprotect refused to make memory executable; the host may forbid it (SELinux execmem)");
      }
    }
  }
}
