package io.maque.kernel;

/**
 * A fixed pool of platform threads that split one operation among them. The calling thread works
 * too. One operation runs at a time; only the engine thread calls {@link #forEachRange}.
 */
public interface Workers extends AutoCloseable {

  /** Threads that work on an operation, the caller included. */
  int threads();

  /**
   * Runs {@code task} over disjoint ranges that cover {@code [0, total)} and returns when all are
   * done. An exception of any range is thrown here after the others have ended.
   *
   * @param grain the smallest range worth handing to another thread; ranges start at multiples of
   *     it
   */
  void forEachRange(int total, int grain, RangeTask task);

  @Override
  void close();

  /** One range of an operation. */
  @FunctionalInterface
  interface RangeTask {

    /** Works on {@code [begin, end)}; {@code worker} is in {@code [0, threads())}. */
    void run(int begin, int end, int worker);
  }
}
