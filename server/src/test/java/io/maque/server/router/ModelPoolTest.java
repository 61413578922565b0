package io.maque.server.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.boot.ModelPreview;
import io.maque.generate.LanguageModel;
import io.maque.generate.ModelCard;
import io.maque.hub.store.ModelFiles;
import io.maque.model.UnsupportedModelException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ModelPoolTest {
  /** Models called "NAME-SIZE" take SIZE bytes. */
  private final FakeLoader loader = new FakeLoader();

  private double now;

  @Test
  void aModelIsLoadedOnceAndStays() {
    try (ModelPool pool = pool(100, "a-30", "b-30")) {
      try (Lease lease = pool.acquire("a-30")) {
        assertThat(lease.name()).isEqualTo("a-30");
        assertThat(isOpen(lease)).isTrue();
      }
      pool.acquire("a-30").close();
      pool.acquire(Models.ANY).close();

      assertThat(loader.opened).containsExactly("a-30");
      assertThat(pool.list()).extracting(ModelEntry::loaded).containsExactly(true, false);
      assertThat(pool.usedBytes()).isEqualTo(30);
    }
    assertThat(loader.openBytes).hasValue(0);
  }

  @Test
  void onlyOfferedNamesAreLoaded() {
    try (ModelPool pool = pool(100, "a-30")) {
      for (String name : List.of("b-30", "../a-30", "/tmp/a-30", "A-30")) {
        assertThatThrownBy(() -> pool.acquire(name)).isInstanceOf(UnknownModelException.class);
      }
      assertThat(loader.opened).isEmpty();
    }
  }

  @Test
  void anUnusedModelGivesRoomAndABusyOneDoesNot() {
    try (ModelPool pool = pool(100, "a-60", "b-60")) {
      Lease a = pool.acquire("a-60");
      assertThatThrownBy(() -> pool.acquire("b-60"))
          .isInstanceOf(ModelsBusyException.class)
          .hasMessageContaining("model b-60 needs")
          .hasMessageContaining("can be made free now");
      a.close();
      a.close();

      try (Lease b = pool.acquire("b-60")) {
        assertThat(isOpen(a)).isFalse();
        assertThat(isOpen(b)).isTrue();
      }
    }
  }

  @Test
  void whatNeverFitsSaysHowMuchItNeeds() {
    try (ModelPool pool = pool(100 << 20, "big-" + (300 << 20))) {
      assertThatThrownBy(() -> pool.acquire("big-" + (300 << 20)))
          .isInstanceOf(ModelTooLargeException.class)
          .hasMessageContaining("needs 300 MiB of memory and at most 100 MiB can be free here");
      assertThat(loader.opened).isEmpty();
    }
  }

  @Test
  void allWhoAskAtFirstShareOneLoad() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    loader.gate = gate;
    try (ModelPool pool = pool(100, "a-30");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Lease>> leases = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        leases.add(threads.submit(() -> pool.acquire("a-30")));
      }
      gate.countDown();
      Set<LanguageModel> models = ConcurrentHashMap.newKeySet();
      for (Future<Lease> lease : leases) {
        models.add(lease.get().model());
      }

      assertThat(models).hasSize(1);
      assertThat(loader.opened).hasSize(1);
      now = 1e9;
      pool.unloadIdle();
      assertThat(loader.openBytes).as("50 users keep it").hasValue(30);
      for (Future<Lease> lease : leases) {
        lease.get().close();
      }
      now = 2e9;
      pool.unloadIdle();
      assertThat(loader.openBytes).hasValue(0);
    }
  }

  @Test
  void aLoadThatFailsIsToldToAllAndTriedAgain() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    loader.gate = gate;
    loader.failure = new UnsupportedModelException("/secret/path is broken");
    try (ModelPool pool = pool(100, "a-30");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Lease>> leases = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        leases.add(threads.submit(() -> pool.acquire("a-30")));
      }
      gate.countDown();
      for (Future<Lease> lease : leases) {
        assertThatThrownBy(lease::get)
            .hasCauseInstanceOf(ModelLoadException.class)
            .hasMessageContaining("model a-30 cannot be loaded")
            .message()
            .doesNotContain("/secret");
      }
      assertThat(pool.usedBytes()).isZero();
      loader.failure = null;
      pool.acquire("a-30").close();
    }
  }

  @Test
  void anErrorOfTheMachineReachesThoseWhoWait() {
    loader.failure = new OutOfMemoryError("no memory");
    try (ModelPool pool = pool(100, "a-30")) {
      assertThatThrownBy(() -> pool.acquire("a-30"))
          .isInstanceOf(ModelLoadException.class)
          .hasCauseInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  void aRequestGivesUpAndTheLoadGoesOn() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    loader.gate = gate;
    try (ModelPool pool = pool(100, Duration.ofMillis(50), Set.of(), "a-30")) {
      assertThatThrownBy(() -> pool.acquire("a-30")).isInstanceOf(ModelLoadingException.class);
      gate.countDown();
      CompletableFuture<Void> loaded = new CompletableFuture<>();
      Thread.startVirtualThread(() -> {
        while (pool.loaded().isEmpty()) {
          Thread.onSpinWait();
        }
        loaded.complete(null);
      });
      loaded.get();

      pool.acquire("a-30").close();

      assertThat(loader.opened).hasSize(1);
      now = 1e9;
      pool.unloadIdle();
      assertThat(loader.openBytes).as("nobody uses it any more").hasValue(0);
    }
  }

  @Test
  void pinnedModelsAreLoadedAtStartAndStay() {
    try (ModelPool pool = pool(100, Duration.ofSeconds(10), Set.of("a-60"), "a-60", "b-60")) {
      pool.loadPinned();
      assertThat(loader.opened).containsExactly("a-60");
      now = 1e9;
      pool.unloadIdle();
      assertThat(loader.openBytes).hasValue(60);
      assertThatThrownBy(() -> pool.acquire("b-60")).isInstanceOf(ModelTooLargeException.class);
    }
  }

  @Test
  void closingWaitsForLeases() throws Exception {
    ModelPool pool = pool(100, "a-30");
    Lease lease = pool.acquire("a-30");
    Thread closing = Thread.ofVirtual().start(pool::close);
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }

    assertThat(isOpen(lease)).isTrue();
    assertThatThrownBy(() -> pool.acquire("a-30")).isInstanceOf(ModelsClosedException.class);
    lease.close();
    closing.join();
    assertThat(isOpen(lease)).isFalse();
  }

  /** Many threads, few bytes: nobody ever holds a closed model, and the budget is kept. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void underLoadEveryLeaseIsOfAnOpenModel(long seed) throws Exception {
    String[] names = {"a-30", "b-30", "c-40", "d-50", "e-60", "f-101"};
    loader.failEvery = 7;
    AtomicInteger served = new AtomicInteger();
    try (ModelPool pool = pool(100, names);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> clients = new ArrayList<>();
      for (int client = 0; client < 16; client++) {
        Random random = new Random(seed * 100 + client);
        clients.add(
            threads.submit(() -> {
              for (int i = 0; i < 300; i++) {
                use(pool, names[random.nextInt(names.length)], random, served);
              }
              return null;
            }));
      }
      for (Future<?> client : clients) {
        client.get();
      }
    }
    assertThat(served.get()).as("seed %d", seed).isGreaterThan(300);
    assertThat(loader.openBytes).hasValue(0);
    assertThat(loader.mostBytes.get()).isLessThanOrEqualTo(100);
  }

  private void use(ModelPool pool, String name, Random random, AtomicInteger served) {
    try (Lease lease = pool.acquire(name)) {
      assertThat(isOpen(lease)).as(name).isTrue();
      Thread.yield();
      assertThat(isOpen(lease)).as(name).isTrue();
      served.incrementAndGet();
    } catch (ModelsBusyException | ModelTooLargeException | ModelLoadException e) {
      Thread.yield();
    }
    if (random.nextInt(10) == 0) {
      pool.unloadIdle();
    }
  }

  private ModelPool pool(long budget, String... names) {
    return pool(budget, Duration.ofSeconds(30), Set.of(), names);
  }

  private ModelPool pool(long budget, Duration loadTimeout, Set<String> pinned, String... names) {
    Map<String, ModelFiles> files = new LinkedHashMap<>();
    for (String name : names) {
      files.put(name, new ModelFiles(name, Path.of(name), Optional.empty()));
    }
    return new ModelPool(
        () -> files,
        loader,
        new PoolOptions(budget, Optional.of(Duration.ofSeconds(1)), loadTimeout, pinned),
        PoolListener.NONE,
        () -> now);
  }

  private static final class FakeLoader implements ModelLoader {
    final List<String> opened = java.util.Collections.synchronizedList(new ArrayList<>());
    final AtomicLong openBytes = new AtomicLong();
    final AtomicLong mostBytes = new AtomicLong();
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile Throwable failure;
    volatile int failEvery;

    @Override
    public ModelPreview preview(ModelFiles files) {
      return new ModelPreview(card(files.model()), 0, 0);
    }

    @Override
    public LanguageModel open(ModelFiles files) {
      Path file = files.model();
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      opened.add(file.toString());
      switch (failure) {
        case null -> {
          // Opens.
        }
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new AssertionError(failure);
      }
      if (failEvery > 0 && opened.size() % failEvery == 0) {
        throw new UnsupportedModelException("every " + failEvery);
      }
      long bytes = openBytes.addAndGet(size(file));
      mostBytes.accumulateAndGet(bytes, Math::max);
      return new FakeModel(card(file), this).proxy();
    }

    private static long size(Path file) {
      String name = file.toString();
      return Long.parseLong(name.substring(name.indexOf('-') + 1));
    }

    private static ModelCard card(Path file) {
      return new ModelCard(
          file.toString(), "fake", 1, "F32", size(file), 8, 8, 1, 1, 1, true, false);
    }
  }

  /** Whether a model of the fake loader was not closed yet. */
  private static boolean isOpen(Lease lease) {
    return ((FakeModel) Proxy.getInvocationHandler(lease.model())).open;
  }

  /** A model that knows its card and whether it is open, and can do nothing. */
  private static final class FakeModel implements InvocationHandler {
    private final ModelCard card;
    private final FakeLoader loader;
    volatile boolean open = true;

    FakeModel(ModelCard card, FakeLoader loader) {
      this.card = card;
      this.loader = loader;
    }

    LanguageModel proxy() {
      return (LanguageModel)
          Proxy.newProxyInstance(
              getClass().getClassLoader(), new Class<?>[] {LanguageModel.class}, this);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
      return switch (method.getName()) {
        case "card" -> card;
        case "hashCode" -> System.identityHashCode(proxy);
        case "equals" -> proxy == arguments[0];
        case "close" -> {
          assertThat(open).isTrue();
          open = false;
          loader.openBytes.addAndGet(-card.weightBytes());
          yield null;
        }
        default -> throw new UnsupportedOperationException(method.getName());
      };
    }
  }
}
