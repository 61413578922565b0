package io.maque.server.router;

import io.maque.boot.ModelPreview;
import io.maque.generate.LanguageModel;
import io.maque.hub.store.ModelFiles;
import io.maque.metrics.Stopwatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;

/**
 * Several models under one memory budget: loaded when first asked for, unloaded when unused for a
 * while or when another needs the room. {@link Residency} decides; this class does it.
 *
 * <p><b>Threads.</b> A load has a thread of its own, so that it outlives a request that gives up;
 * everybody who asks meanwhile waits for the same load. The lock guards decisions only: nothing is
 * opened or closed under it. A load that fails is told to all who wait and then forgotten, so the
 * next request tries again.
 */
public final class ModelPool implements Models, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ModelPool.class.getName());
  private final Offers offers;
  private final ModelLoader loader;
  private final PoolOptions options;
  private final PoolListener listener;
  private final DoubleSupplier clock;
  private final Previews previews;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Residency residency;
  private final Map<String, Slot> slots = new HashMap<>();

  /** Memory of models that are open, about to be opened, or not closed yet. */
  private long heldBytes;

  private boolean closed;

  /** A pool that unloads idle models by itself. */
  public ModelPool(Offers offers, ModelLoader loader, PoolOptions options, PoolListener listener) {
    this(offers, loader, options, listener, Stopwatch.start()::elapsedMillis);
    Thread.ofVirtual().name("maque-idle-models").start(this::unloadWhenIdle);
  }

  /** A pool with another clock, which unloads idle models when it is told. */
  ModelPool(
      Offers offers,
      ModelLoader loader,
      PoolOptions options,
      PoolListener listener,
      DoubleSupplier clock) {
    this.offers = offers;
    this.loader = loader;
    this.options = options;
    this.listener = listener;
    this.clock = clock;
    this.previews = new Previews(loader);
    this.residency = new Residency(options.budgetBytes(), options.idleMillis());
  }

  /** A model that is loading or loaded; guarded by the lock but for the latch and what follows. */
  private static final class Slot {
    final String name;
    final CountDownLatch done = new CountDownLatch(1);
    long heldBytes;
    int users;
    LanguageModel model;
    RuntimeException failure;

    Slot(String name) {
      this.name = name;
    }
  }

  private void unloadWhenIdle() {
    while (awaitIdle()) {
      unloadIdle();
    }
  }

  /** Waits until a model is idle; false when the pool was closed before. */
  private boolean awaitIdle() {
    lock.lock();
    try {
      while (!closed) {
        double millis = residency.millisToIdle(clock.getAsDouble());
        if (millis == 0) {
          return true;
        }
        // Rounded up, lest it wakes too early again and again.
        changed.awaitNanos((long) Math.min(Long.MAX_VALUE, millis * 1e6 + 1e6));
      }
      return false;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<ModelEntry> list() {
    List<ModelEntry> entries = new ArrayList<>();
    offers
        .files()
        .forEach((name, files) -> {
          Optional<ModelPreview> preview = previews.find(files);
          entries.add(
              new ModelEntry(
                  name,
                  isLoaded(name),
                  capabilities(files, preview),
                  preview.map(ModelPreview::card),
                  millisLeft(name)));
        });
    return entries;
  }

  private List<String> capabilities(ModelFiles files, Optional<ModelPreview> preview) {
    List<String> can =
        new ArrayList<>(preview.map(ModelPreview::card).map(Capabilities::of).orElse(List.of()));
    if (offers.isDemonstration(files)) {
      can.add(Capabilities.DEMONSTRATION);
    }
    return can;
  }

  /** The models in memory now, by name. For statistics: they may be closed at any moment. */
  public Map<String, LanguageModel> loaded() {
    lock.lock();
    try {
      Map<String, LanguageModel> models = new HashMap<>();
      slots.values().stream()
          .filter(slot -> slot.model != null)
          .forEach(slot -> models.put(slot.name, slot.model));
      return models;
    } finally {
      lock.unlock();
    }
  }

  /** Memory that loaded and loading models were given. */
  public long usedBytes() {
    lock.lock();
    try {
      return residency.usedBytes();
    } finally {
      lock.unlock();
    }
  }

  /** Memory of all models together. */
  public long budgetBytes() {
    return options.budgetBytes();
  }

  private boolean isLoaded(String name) {
    lock.lock();
    try {
      return slots.containsKey(name) && slots.get(name).model != null;
    } finally {
      lock.unlock();
    }
  }

  private OptionalDouble millisLeft(String name) {
    lock.lock();
    try {
      double left =
          isLoaded(name)
              ? residency.millisLeft(name, clock.getAsDouble())
              : Double.POSITIVE_INFINITY;
      return Double.isInfinite(left) ? OptionalDouble.empty() : OptionalDouble.of(left);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Loads the pinned models.
   *
   * @throws RuntimeException as {@link #acquire} does, for the first that cannot be loaded
   */
  public void loadPinned() {
    options.pinned().stream().sorted().forEach(name -> acquire(name).close());
  }

  @Override
  public Lease acquire(String name) {
    // The usual case asks neither the store nor anybody else.
    Optional<Lease> loaded = enter(name);
    if (loaded.isPresent()) {
      return loaded.get();
    }
    Map<String, ModelFiles> files = offers.files();
    String chosen = name.equals(ANY) && !files.isEmpty() ? files.keySet().iterator().next() : name;
    ModelFiles found = files.get(chosen);
    if (found == null) {
      throw new UnknownModelException(name, List.copyOf(files.keySet()));
    }
    return enter(chosen).orElseGet(() -> await(join(chosen, found)));
  }

  /** A lease on a model that is in memory. */
  private Optional<Lease> enter(String name) {
    lock.lock();
    try {
      if (closed) {
        throw new ModelsClosedException();
      }
      Slot slot = slots.get(name);
      if (slot == null || slot.model == null) {
        return Optional.empty();
      }
      slot.users++;
      residency.enter(name, clock.getAsDouble());
      return Optional.of(new PooledLease(slot, 0));
    } finally {
      lock.unlock();
    }
  }

  /** Joins those who wait for a model; the first of them starts to load it. */
  private Slot join(String name, ModelFiles files) {
    lock.lock();
    try {
      if (closed) {
        throw new ModelsClosedException();
      }
      Slot slot = slots.get(name);
      if (slot == null) {
        slot = new Slot(name);
        slots.put(name, slot);
        startLoad(slot, files);
      }
      slot.users++;
      if (slot.model != null) {
        // It became ready since it was asked for.
        residency.enter(name, clock.getAsDouble());
      }
      return slot;
    } finally {
      lock.unlock();
    }
  }

  private Lease await(Slot slot) {
    double begin = clock.getAsDouble();
    boolean interrupted = false;
    boolean done = false;
    try {
      done = slot.done.await(options.loadTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      interrupted = true;
    }
    lock.lock();
    try {
      if (slot.failure != null) {
        throw slot.failure;
      }
      if (!interrupted && (done || slot.model != null)) {
        return new PooledLease(slot, clock.getAsDouble() - begin);
      }
      leave(slot);
      throw new ModelLoadingException(slot.name, options.loadTimeout());
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock: one user less, waiting or holding a lease. */
  private void leave(Slot slot) {
    slot.users--;
    if (slot.model != null) {
      residency.leave(slot.name, clock.getAsDouble());
    }
    changed.signalAll();
  }

  private final class PooledLease implements Lease {
    private final Slot slot;
    private final double loadMillis;
    private final AtomicBoolean returned = new AtomicBoolean();

    PooledLease(Slot slot, double loadMillis) {
      this.slot = slot;
      this.loadMillis = loadMillis;
    }

    @Override
    public String name() {
      return slot.name;
    }

    @Override
    public LanguageModel model() {
      return slot.model;
    }

    @Override
    public double loadMillis() {
      return loadMillis;
    }

    @Override
    public void keepFor(Duration time) {
      lock.lock();
      try {
        residency.keep(
            slot.name, time.equals(FOREVER) ? Double.POSITIVE_INFINITY : time.toMillis());
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      if (returned.compareAndSet(false, true)) {
        lock.lock();
        try {
          leave(slot);
        } finally {
          lock.unlock();
        }
      }
    }
  }

  private void startLoad(Slot slot, ModelFiles files) {
    double begin = clock.getAsDouble();
    // The task keeps whatever is thrown, errors included: those who wait must hear of it.
    FutureTask<LanguageModel> task = new FutureTask<>(() -> load(slot, files));
    Thread.ofPlatform()
        .name("maque-load-" + slot.name)
        .daemon()
        .start(() -> {
          task.run();
          finish(slot, task, clock.getAsDouble() - begin);
        });
  }

  private LanguageModel load(Slot slot, ModelFiles files) {
    ModelPreview preview = loader.preview(files);
    unload(makeRoom(slot.name, preview.bytes()));
    hold(slot, preview.bytes());
    return loader.open(files);
  }

  /** Takes memory from the budget; what is answered must be closed for it. */
  private List<Slot> makeRoom(String name, long bytes) {
    lock.lock();
    try {
      return switch (residency.makeRoom(name, bytes, options.pinned().contains(name))) {
        case Residency.Room.Made(List<String> names) -> names.stream().map(slots::remove).toList();
        case Residency.Room.Busy busy -> throw new ModelsBusyException(name, busy);
        case Residency.Room.TooLarge tooLarge -> throw new ModelTooLargeException(name, tooLarge);
      };
    } finally {
      lock.unlock();
    }
  }

  /** Waits until models that left the budget, for whomever they did, have left memory too. */
  private void hold(Slot slot, long bytes) {
    lock.lock();
    try {
      while (heldBytes + bytes > options.budgetBytes()) {
        changed.awaitUninterruptibly();
      }
      heldBytes += bytes;
      slot.heldBytes = bytes;
    } finally {
      lock.unlock();
    }
  }

  private void unload(List<Slot> unloaded) {
    for (Slot slot : unloaded) {
      slot.model.close();
      lock.lock();
      try {
        heldBytes -= slot.heldBytes;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      listener.onUnloaded(slot.name);
    }
  }

  private void finish(Slot slot, FutureTask<LanguageModel> task, double millis) {
    boolean loaded = task.state() == Future.State.SUCCESS;
    lock.lock();
    try {
      if (loaded) {
        slot.model = task.resultNow();
        residency.loaded(slot.name, slot.users, clock.getAsDouble());
      } else {
        slot.failure = failure(slot.name, task.exceptionNow());
        slots.remove(slot.name);
        residency.remove(slot.name);
        heldBytes -= slot.heldBytes;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    slot.done.countDown();
    if (loaded) {
      listener.onLoaded(slot.name, millis);
    } else {
      listener.onLoadFailed(slot.name);
    }
  }

  private static RuntimeException failure(String name, Throwable cause) {
    if (cause instanceof ModelsBusyException || cause instanceof ModelTooLargeException) {
      return (RuntimeException) cause;
    }
    LOG.log(
        System.Logger.Level.ERROR,
        "cannot load model %s: %s".formatted(name, cause.getMessage()),
        cause);
    return new ModelLoadException(name, cause);
  }

  /** Unloads the models that nobody used for the idle time. */
  void unloadIdle() {
    List<Slot> idle;
    lock.lock();
    try {
      idle = residency.takeIdle(clock.getAsDouble()).stream().map(slots::remove).toList();
    } finally {
      lock.unlock();
    }
    unload(idle);
  }

  /**
   * Loads no more models, waits until nobody uses one, and closes them. Whoever stops a server ends
   * its requests first.
   */
  @Override
  public void close() {
    List<Slot> left;
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      while (slots.values().stream().anyMatch(slot -> slot.users > 0 || slot.model == null)) {
        changed.awaitUninterruptibly();
      }
      left = List.copyOf(slots.values());
      slots.clear();
    } finally {
      lock.unlock();
    }
    unload(left);
  }
}
