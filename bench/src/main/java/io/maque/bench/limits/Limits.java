package io.maque.bench.limits;

import io.maque.asm.CpuFeature;
import io.maque.asm.Cpuid;
import io.maque.asm.ExecutableMemory;
import io.maque.bench.limits.Limit.Kind;
import io.maque.kernel.WorkerPool;
import io.maque.kernel.Workers;
import io.maque.memory.ForeignFunction;
import io.maque.metrics.Stopwatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What this machine can do at best: each rate is the best of many short passes, because whatever
 * else the machine does only ever slows a pass down.
 *
 * @param threads of the rates of all threads
 */
public record Limits(int threads, List<Limit> all) {
  /** Far larger than any cache. */
  private static final long READ_BYTES = 256L << 20;

  private static final int[] PREFETCH_BYTES = {0, 2048, 4096};

  /** What a thread reads in a pass: about a millisecond, the next part of the memory each time. */
  private static final long PART_BYTES = 16L << 20;

  /**
   * About half a millisecond: shorter than the time slices of an operating system, so that on a
   * busy machine some passes still have all processors to themselves.
   */
  private static final long ITERATIONS = 1L << 17;

  /**
   * Measures all limits; without machine code there are none.
   *
   * @param threads of the rates of all threads, at least 1
   * @param millis time for each rate
   */
  public static Limits measure(int threads, double millis) {
    List<Limit> limits = new ArrayList<>();
    if (ExecutableMemory.refusal("amd64").isEmpty()) {
      Set<CpuFeature> features = Cpuid.features();
      try (Workers one = new WorkerPool(1);
          Workers many = new WorkerPool(threads)) {
        if (features.contains(CpuFeature.AVX2)) {
          limits.add(read(one, many, millis));
        }
        for (MultiplyAdd loop : MultiplyAdd.values()) {
          if (loop.runsWith(features)) {
            limits.add(multiplyAdd(loop, one, many, millis));
          }
        }
      }
    }
    return new Limits(threads, List.copyOf(limits));
  }

  /**
   * The highest limit of a kind.
   *
   * @param oneThread of one thread, or of all together
   * @return empty where it could not be measured
   */
  public OptionalDouble best(Kind kind, boolean oneThread) {
    return all.stream()
        .filter(limit -> limit.kind() == kind)
        .mapToDouble(limit -> oneThread ? limit.oneThread() : limit.allThreads())
        .max();
  }

  /** Why nothing could be measured, or empty. */
  public Optional<String> refusal() {
    return all.isEmpty()
        ? ExecutableMemory.refusal("amd64").or(() -> Optional.of("the CPU has no AVX2"))
        : Optional.empty();
  }

  private static Limit read(Workers one, Workers many, double millis) {
    double oneThread = 0;
    double allThreads = 0;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(READ_BYTES, ReadLoop.GROUP_BYTES).fill((byte) 1);
      for (int prefetchBytes : PREFETCH_BYTES) {
        ForeignFunction function =
            ExecutableMemory.function(ReadLoop.generate(prefetchBytes).toBytes());
        oneThread = Math.max(oneThread, readRate(function, memory, one, millis));
        allThreads = Math.max(allThreads, readRate(function, memory, many, millis));
      }
    }
    return new Limit("memory read", Kind.READ, oneThread, allThreads);
  }

  private static double readRate(
      ForeignFunction function, MemorySegment memory, Workers workers, double millis) {
    long groups = PART_BYTES / ReadLoop.GROUP_BYTES;
    AtomicLong next = new AtomicLong();
    double nanos =
        fastestNanos(
            millis / PREFETCH_BYTES.length,
            workers,
            () -> {
              long from = next.getAndAdd(PART_BYTES) % READ_BYTES;
              MemorySegment part = memory.asSlice(from, PART_BYTES);
              function.call(
                  part, MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL, groups, 0);
            });
    return (double) PART_BYTES * workers.threads() / nanos;
  }

  private static Limit multiplyAdd(MultiplyAdd loop, Workers one, Workers many, double millis) {
    ForeignFunction function = ExecutableMemory.function(loop.generate().toBytes());
    Part part =
        () -> {
          function.call(ForeignFunction.number(ITERATIONS));
        };
    double macs = (double) loop.macsPerIteration() * ITERATIONS;
    return new Limit(
        loop.instructions(),
        loop.kind(),
        macs / fastestNanos(millis, one, part),
        macs * many.threads() / fastestNanos(millis, many, part));
  }

  /** The work of one thread in a pass. */
  @FunctionalInterface
  private interface Part {
    void run() throws Throwable;
  }

  /** Time of the fastest pass in which every thread does one part. */
  private static double fastestNanos(double millis, Workers workers, Part part) {
    double fastest = Double.POSITIVE_INFINITY;
    Stopwatch total = Stopwatch.start();
    do {
      Stopwatch pass = Stopwatch.start();
      workers.forEachRange(workers.threads(), 1, (begin, end, worker) -> run(part, begin, end));
      fastest = Math.min(fastest, pass.elapsedMillis() * 1e6);
    } while (total.elapsedMillis() < millis);
    return fastest;
  }

  private static void run(Part part, int begin, int end) {
    for (int number = begin; number < end; number++) {
      try {
        part.run();
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError("machine code throws nothing", e);
      }
    }
  }
}
