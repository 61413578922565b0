package io.maque.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A function outside the JVM, of the C library or of our own machine code. All are called with one
 * list of parameters, four places in memory and five whole numbers, of which a function reads the
 * first it has: what a caller passes beyond them is harmless in the calling conventions of all
 * systems. For the JVM needs some 10 ms to learn a list of parameters, and a cold start has no more
 * than a few of these.
 */
@SuppressWarnings("restricted")
public final class ForeignFunction {
  private static final Linker LINKER = Linker.nativeLinker();

  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG));

  private final MemorySegment code;

  /**
   * @param code where the function begins
   */
  public ForeignFunction(MemorySegment code) {
    this.code = code;
  }

  /** A function of the C library. */
  public static ForeignFunction ofLibrary(String name) {
    return new ForeignFunction(LINKER.defaultLookup().findOrThrow(name));
  }

  /** A whole number in the place of an address. */
  public static MemorySegment number(long value) {
    return MemorySegment.ofAddress(value);
  }

  /** Where the function begins. */
  public long address() {
    return code.address();
  }

  public long call(MemorySegment a) {
    return call(a, MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL);
  }

  public long call(MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d) {
    return call(a, b, c, d, 0, 0);
  }

  public long call(
      MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d, long e, long f) {
    return call(a, b, c, d, e, f, 0, 0, 0);
  }

  /**
   * Calls the function; while it runs, the memory given cannot be freed.
   *
   * @return what the function returns, if it does
   * @throws IllegalStateException when the memory was freed before
   */
  public long call(
      MemorySegment a,
      MemorySegment b,
      MemorySegment c,
      MemorySegment d,
      long e,
      long f,
      long g,
      long h,
      long i) {
    try {
      return (long) CALL.invokeExact(code, a, b, c, d, e, f, g, h, i);
    } catch (RuntimeException | Error exception) {
      throw exception;
    } catch (Throwable exception) {
      throw new AssertionError("a foreign function throws nothing", exception);
    }
  }
}
