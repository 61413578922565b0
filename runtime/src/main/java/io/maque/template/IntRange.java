package io.maque.template;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** Python's {@code range}: an arithmetic progression of at most {@link #MAX_LENGTH} integers. */
record IntRange(long start, long stop, long step) {
  /** The sandbox of jinja2 refuses longer ranges. */
  static final int MAX_LENGTH = 100_000;

  int size() {
    long span = step > 0 ? stop - start : start - stop;
    return span <= 0 ? 0 : (int) ((span - 1) / Math.abs(step) + 1);
  }

  long at(int index) {
    return start + index * step;
  }

  IntRange slice(SliceBounds bounds) {
    return new IntRange(
        start + bounds.start() * step, start + bounds.stop() * step, step * bounds.step());
  }

  Iterator<Object> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < size();
      }

      @Override
      public Object next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return at(next++);
      }
    };
  }
}
