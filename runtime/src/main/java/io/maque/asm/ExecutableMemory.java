package io.maque.asm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Memory that holds machine code: written while it is writable, then made executable, never both.
 * Lives as long as the process, as kernels do.
 *
 * <p>Linux on x86-64 only; {@link #refusal()} says why code cannot be run elsewhere.
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

  private ExecutableMemory() {}

  /** Why machine code cannot be run in this process, or empty when it can. */
  public static Optional<String> refusal() {
    String os = System.getProperty("os.name");
    String arch = System.getProperty("os.arch");
    if (!os.equals("Linux") || !arch.equals("amd64")) {
      return Optional.of("machine code is made for Linux on amd64, found " + os + " on " + arch);
    }
    if (!ExecutableMemory.class.getModule().isNativeAccessEnabled()) {
      return Optional.of("the JVM was started without --enable-native-access=ALL-UNNAMED");
    }
    return Probe.REFUSAL;
  }

  /**
   * Makes a function of finished code.
   *
   * @param code position-independent, following the System V calling convention
   * @param descriptor its arguments and result
   * @throws IllegalStateException when the operating system refuses executable memory
   */
  public static MethodHandle function(byte[] code, FunctionDescriptor descriptor) {
    return Posix.LINKER.downcallHandle(load(code), descriptor);
  }

  /**
   * The address of finished code, for other machine code to call.
   *
   * @throws IllegalStateException when the operating system refuses executable memory
   */
  public static long address(byte[] code) {
    return load(code).address();
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
      Assembler a = new Assembler();
      a.ret();
      try {
        load(a.toBytes());
        return Optional.empty();
      } catch (IllegalStateException e) {
        return Optional.of(e.getMessage());
      }
    }
  }

  /** The two calls of the C library that are needed. */
  private static final class Posix {
    static final Linker LINKER = Linker.nativeLinker();

    private static final MethodHandle MMAP =
        bind(
            "mmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG));

    private static final MethodHandle MPROTECT =
        bind(
            "mprotect",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));

    private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
      return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
    }

    static MemorySegment mmap(long bytes, int protection) {
      long address;
      try {
        address = (long) MMAP.invokeExact(0L, bytes, protection, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      } catch (Throwable e) {
        throw new AssertionError("a foreign call throws nothing", e);
      }
      if (address == MAP_FAILED) {
        throw new IllegalStateException("mmap refused " + bytes + " bytes for machine code");
      }
      return MemorySegment.ofAddress(address).reinterpret(bytes, Arena.global(), null);
    }

    static void mprotect(MemorySegment memory, int protection) {
      int result;
      try {
        result = (int) MPROTECT.invokeExact(memory.address(), memory.byteSize(), protection);
      } catch (Throwable e) {
        throw new AssertionError("a foreign call throws nothing", e);
      }
      if (result != 0) {
        throw new IllegalStateException(
            "mprotect refused to make memory executable; the host may forbid it (SELinux execmem)");
      }
    }
  }
}
