package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkerPoolTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyElementIsVisitedOnceInRangesThatStartAtMultiplesOfTheGrain(int threads) {
    try (Workers workers = new WorkerPool(threads)) {
      for (int total : new int[] {0, 1, 2, 15, 16, 17, 100, 1023}) {
        for (int grain : new int[] {1, 4, 16, 1000}) {
          AtomicIntegerArray visits = new AtomicIntegerArray(total);
          workers.forEachRange(
              total,
              grain,
              (begin, end, worker) -> {
                assertThat(begin % grain).isZero();
                assertThat(end).isGreaterThan(begin).isLessThanOrEqualTo(total);
                assertThat(worker).isBetween(0, threads - 1);
                for (int i = begin; i < end; i++) {
                  visits.incrementAndGet(i);
                }
              });
          for (int i = 0; i < total; i++) {
            assertThat(visits.get(i)).as("element %d of %d by %d", i, total, grain).isOne();
          }
        }
      }
    }
  }

  @Test
  void noWakeUpIsLostHoweverLongThePauseBetweenOperations() {
    long seed = 4;
    Random random = new Random(seed);
    try (Workers workers = new WorkerPool(4)) {
      AtomicInteger sum = new AtomicInteger();
      int expected = 0;
      for (int operation = 0; operation < 30_000; operation++) {
        int total = 1 + random.nextInt(64);
        expected += total;
        workers.forEachRange(total, 1, (begin, end, worker) -> sum.addAndGet(end - begin));
        assertThat(sum.get()).as("operation %d, seed %d", operation, seed).isEqualTo(expected);
        if (random.nextInt(100) == 0) {
          LockSupport.parkNanos(random.nextInt(200_000)); // around the moment when workers park
        }
      }
    }
  }

  @Test
  void aParkedWorkerTakesPart() {
    try (Workers workers = new WorkerPool(2)) {
      LockSupport.parkNanos(50_000_000);
      Set<Integer> seen = ConcurrentHashMap.newKeySet();
      workers.forEachRange(
          2,
          1,
          (begin, end, worker) -> {
            seen.add(worker);
            while (seen.size() < 2) {
              Thread.onSpinWait(); // nobody can take both ranges
            }
          });
      assertThat(seen).containsExactlyInAnyOrder(0, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void anExceptionReachesTheCallerAndThePoolLivesOn(int threads) {
    try (Workers workers = new WorkerPool(threads)) {
      IllegalStateException failure = new IllegalStateException("row 77");
      AtomicInteger active = new AtomicInteger();
      for (int attempt = 0; attempt < 200; attempt++) {
        assertThatThrownBy(() ->
                workers.forEachRange(
                    1000,
                    1,
                    (begin, end, worker) -> {
                      active.incrementAndGet();
                      try {
                        if (begin <= 77 && 77 < end) {
                          throw failure;
                        }
                      } finally {
                        active.decrementAndGet();
                      }
                    }))
            .isSameAs(failure);
        assertThat(active.get()).isZero();
      }
      AtomicInteger count = new AtomicInteger();
      workers.forEachRange(100, 1, (begin, end, worker) -> count.addAndGet(end - begin));
      assertThat(count.get()).isEqualTo(100);
    }
  }

  @Test
  void whenAllRangesFailTheOthersAreSuppressed() {
    try (Workers workers = new WorkerPool(2)) {
      AtomicInteger started = new AtomicInteger();
      assertThatThrownBy(() ->
              workers.forEachRange(
                  2,
                  1,
                  (begin, end, worker) -> {
                    started.incrementAndGet();
                    while (started.get() < 2) {
                      Thread.onSpinWait();
                    }
                    throw new IllegalArgumentException("range " + begin);
                  }))
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }
  }

  @Test
  void anInterruptNeitherEndsAnOperationNorIsLost() {
    try (Workers workers = new WorkerPool(2)) {
      AtomicInteger count = new AtomicInteger();
      Thread.currentThread().interrupt();
      workers.forEachRange(
          2,
          1,
          (begin, end, worker) -> {
            if (worker != 0) {
              LockSupport.parkNanos(20_000_000); // the caller runs out of spins and parks
            }
            count.addAndGet(end - begin);
          });
      assertThat(count.get()).isEqualTo(2);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void closeEndsTheThreadsAndFurtherUseIsRefused() {
    Workers workers = new WorkerPool(3);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    workers.forEachRange(
        3,
        1,
        (begin, end, worker) -> {
          threads.add(Thread.currentThread());
          while (threads.size() < 3) {
            Thread.onSpinWait();
          }
        });
    workers.close();
    workers.close();

    threads.remove(Thread.currentThread());
    assertThat(threads).hasSize(2).noneMatch(Thread::isAlive).allMatch(Thread::isDaemon);
    assertThatThrownBy(() -> workers.forEachRange(1, 1, (begin, end, worker) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void operationsDoNotNest() {
    try (Workers workers = new WorkerPool(1)) {
      assertThatThrownBy(() ->
              workers.forEachRange(
                  1, 1, (begin, end, worker) -> workers.forEachRange(1, 1, (b, e, w) -> {})))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("running already");
    }
  }

  @Test
  void refusesNumbersThatMakeNoSense() {
    assertThatThrownBy(() -> new WorkerPool(0)).hasMessageContaining("at least 1, found 0");
    try (Workers workers = new WorkerPool(1)) {
      assertThatThrownBy(() -> workers.forEachRange(-1, 1, (begin, end, worker) -> {}))
          .hasMessageContaining("found -1");
      assertThatThrownBy(() -> workers.forEachRange(1, 0, (begin, end, worker) -> {}))
          .hasMessageContaining("and 0");
    }
  }
}
