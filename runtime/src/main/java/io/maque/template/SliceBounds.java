package io.maque.template;

/** Resolved bounds of {@code x[start:stop:step]} for a sequence of known length. */
record SliceBounds(long start, long stop, long step) {

  /**
   * Python's rules: null bounds are the ends, negative ones count from the end, all are clipped.
   */
  static SliceBounds of(Object start, Object stop, Object step, int length) {
    long by = step == null ? 1 : Numbers.clippedIndex(step, "slice step");
    if (by == 0) {
      throw new TemplateException("slice step: expected a number other than 0");
    }
    long low = by < 0 ? -1 : 0;
    long high = by < 0 ? length - 1 : length;
    long from = start == null ? (by < 0 ? high : low) : clip(start, length, low, high);
    long to = stop == null ? (by < 0 ? low : high) : clip(stop, length, low, high);
    return new SliceBounds(from, to, by);
  }

  private static long clip(Object bound, int length, long low, long high) {
    long index = Numbers.clippedIndex(bound, "slice bound");
    return Math.clamp(index < 0 ? index + length : index, low, high);
  }

  int size() {
    long span = step > 0 ? stop - start : start - stop;
    return span <= 0 ? 0 : (int) ((span - 1) / Math.abs(step) + 1);
  }

  int at(int position) {
    return (int) (start + position * step);
  }
}
