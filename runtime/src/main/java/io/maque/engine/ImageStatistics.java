package io.maque.engine;

/**
 * What was done with pictures since an engine was made.
 *
 * @param encoded pictures that were encoded
 * @param cacheHits times that a prompt found the rows of a picture in the image cache
 * @param encodeMillis what encoding took, without what was done for others meanwhile
 * @param cacheBytes bytes of the rows that are in memory now
 */
public record ImageStatistics(long encoded, long cacheHits, double encodeMillis, long cacheBytes) {

  /** Of an engine that takes no pictures, or none so far. */
  public static final ImageStatistics NONE = new ImageStatistics(0, 0, 0, 0);
}
