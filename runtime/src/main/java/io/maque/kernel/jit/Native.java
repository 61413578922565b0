package io.maque.kernel.jit;

/** Calls of machine code, which throws nothing; what the call itself throws is passed on. */
final class Native {

  private Native() {}

  /** A call through a method handle, which declares {@link Throwable}. */
  @FunctionalInterface
  interface Call {
    void run() throws Throwable;
  }

  /** Unchecked exceptions are those of a memory segment that was closed. */
  static void call(Call call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("machine code throws nothing", e);
    }
  }
}
