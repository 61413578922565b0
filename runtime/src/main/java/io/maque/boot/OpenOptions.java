package io.maque.boot;

import io.maque.cache.KvLayout;
import io.maque.tensor.TensorType;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a model is opened.
 *
 * @param contextLength longest sequence, prompt and completion together; 0 takes the model's own,
 *     at most {@value #DEFAULT_CONTEXT_LENGTH}
 * @param maxSequences how many requests are worked on at the same time
 * @param queueCapacity how many more may wait
 * @param kvCacheTokens positions that the KV cache holds over all requests; less than one full
 *     context is taken for that much, 0 takes a full context for each request, at most {@value
 *     #DEFAULT_KV_CACHE_TOKENS} positions. When requests need more, the youngest give way and are
 *     computed again. Memory is taken from the operating system as it is first used
 * @param threads threads that compute; 0 takes one per processor that the process may use, a
 *     container's CPU quota included
 * @param kvCacheType element format of the KV cache: {@code F16}, {@code Q8_0}, which takes 8.5
 *     bits a number and needs keys and values in multiples of 32, or {@code F32}
 * @param kernels name of the rung of the kernel ladder to begin at; empty takes the best rung for
 *     each operation. Overrides the system property {@code maque.kernels}
 * @param projector the file of the image encoder ({@code mmproj}) with which a vision model takes
 *     pictures; empty takes text only
 */
public record OpenOptions(
    int contextLength,
    int maxSequences,
    int queueCapacity,
    int kvCacheTokens,
    int threads,
    TensorType kvCacheType,
    Optional<String> kernels,
    Optional<Path> projector) {

  /** The context length for models that were trained for a longer one. */
  public static final int DEFAULT_CONTEXT_LENGTH = 4096;

  /** Most positions of a KV cache whose size nobody chose, unless one context needs more. */
  public static final int DEFAULT_KV_CACHE_TOKENS = 32_768;

  /** One conversation at a time, all processors. */
  public static final OpenOptions DEFAULT =
      new OpenOptions(0, 1, 16, 0, 0, TensorType.F16, Optional.empty(), Optional.empty());

  /** Many users at the same time, all processors. */
  public static final OpenOptions SERVER = DEFAULT.withMaxSequences(64).withQueueCapacity(256);

  public OpenOptions {
    require(contextLength >= 0, "contextLength", "0 (default) or more", contextLength);
    require(maxSequences >= 1 && maxSequences <= 1024, "maxSequences", "1 to 1024", maxSequences);
    require(
        queueCapacity >= 0 && queueCapacity <= 1_000_000,
        "queueCapacity",
        "0 to 1000000",
        queueCapacity);
    require(kvCacheTokens >= 0, "kvCacheTokens", "0 (default) or more", kvCacheTokens);
    require(threads >= 0 && threads <= 1024, "threads", "0 (all) to 1024", threads);
    require(
        KvLayout.TYPES.contains(kvCacheType),
        "kvCacheType",
        "one of " + KvLayout.TYPES,
        kvCacheType);
  }

  private static void require(boolean holds, String option, String expected, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s: expected %s, found %s".formatted(option, expected, found));
    }
  }

  /** These options with another context length. */
  public OpenOptions withContextLength(int value) {
    return new OpenOptions(
        value,
        maxSequences,
        queueCapacity,
        kvCacheTokens,
        threads,
        kvCacheType,
        kernels,
        projector);
  }

  /** These options with another number of requests at the same time. */
  public OpenOptions withMaxSequences(int value) {
    return new OpenOptions(
        contextLength,
        value,
        queueCapacity,
        kvCacheTokens,
        threads,
        kvCacheType,
        kernels,
        projector);
  }

  /** These options with another number of requests that may wait. */
  public OpenOptions withQueueCapacity(int value) {
    return new OpenOptions(
        contextLength,
        maxSequences,
        value,
        kvCacheTokens,
        threads,
        kvCacheType,
        kernels,
        projector);
  }

  /** These options with another size of the KV cache. */
  public OpenOptions withKvCacheTokens(int value) {
    return new OpenOptions(
        contextLength,
        maxSequences,
        queueCapacity,
        value,
        threads,
        kvCacheType,
        kernels,
        projector);
  }

  /** These options with another number of threads. */
  public OpenOptions withThreads(int value) {
    return new OpenOptions(
        contextLength,
        maxSequences,
        queueCapacity,
        kvCacheTokens,
        value,
        kvCacheType,
        kernels,
        projector);
  }

  /** These options with another element format of the KV cache. */
  public OpenOptions withKvCacheType(TensorType value) {
    return new OpenOptions(
        contextLength,
        maxSequences,
        queueCapacity,
        kvCacheTokens,
        threads,
        value,
        kernels,
        projector);
  }

  /**
   * These options with another element format of the KV cache.
   *
   * @param name in upper or lower case
   */
  public OpenOptions withKvCacheType(String name) {
    Optional<TensorType> type =
        KvLayout.TYPES.stream().filter(known -> known.name().equalsIgnoreCase(name)).findFirst();
    require(type.isPresent(), "kvCacheType", "one of " + KvLayout.TYPES, name);
    return withKvCacheType(type.orElseThrow());
  }

  /** These options with the kernel ladder beginning at a rung. */
  public OpenOptions withKernels(String rung) {
    return new OpenOptions(
        contextLength,
        maxSequences,
        queueCapacity,
        kvCacheTokens,
        threads,
        kvCacheType,
        Optional.of(rung),
        projector);
  }

  /** These options with the file of the image encoder that belongs to the model. */
  public OpenOptions withProjector(Path file) {
    return new OpenOptions(
        contextLength,
        maxSequences,
        queueCapacity,
        kvCacheTokens,
        threads,
        kvCacheType,
        kernels,
        Optional.of(file));
  }
}
