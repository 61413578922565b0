package io.maque.nn;

import io.maque.kernel.Workers;

/**
 * Work on some rows that does not need the others. Steps that follow each other are done by one
 * thread, while the rows are in its cache, and threads wait for each other once for all of them.
 */
@FunctionalInterface
public interface RowStep {
  /** Nothing to do. */
  RowStep NONE = (begin, end) -> {};

  /** Works on rows {@code [begin, end)}. */
  void run(int begin, int end);

  /** This step and then another one. */
  default RowStep then(RowStep next) {
    return (begin, end) -> {
      run(begin, end);
      next.run(begin, end);
    };
  }

  /** Works on {@code rows} rows, split among threads. */
  default void forAll(int rows, Workers workers) {
    workers.forEachRange(rows, Grain.TOKENS, (begin, end, worker) -> run(begin, end));
  }
}
