package io.maque.server.router;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which models are in memory, and which of them have to go: decisions only, time is an argument.
 *
 * <p>The policy. A model in use stays, and so does a pinned one. Room for a new model is made by
 * unloading the models that nobody uses, the one used longest ago first, and only when all of them
 * together make enough; otherwise nothing changes. A model that nobody used for the idle time goes
 * too, or for the time that was decided for this model.
 *
 * <p>Not safe for use by several threads; {@link ModelPool} guards it.
 */
final class Residency {
  private final long budgetBytes;
  private final double idleMillis;
  private final Map<String, Resident> residents = new HashMap<>();

  /**
   * @param budgetBytes for all models together
   * @param idleMillis unused models go after this; infinite keeps them
   */
  Residency(long budgetBytes, double idleMillis) {
    this.budgetBytes = budgetBytes;
    this.idleMillis = idleMillis;
  }

  private static final class Resident {
    final long bytes;
    final boolean pinned;
    boolean loading = true;
    int users;
    double lastUsedMillis;
    double keepMillis;

    Resident(long bytes, boolean pinned, double keepMillis) {
      this.bytes = bytes;
      this.pinned = pinned;
      this.keepMillis = keepMillis;
    }

    double millisLeft(double nowMillis) {
      double unused = users > 0 ? 0 : nowMillis - lastUsedMillis;
      return pinned ? Double.POSITIVE_INFINITY : Math.max(0, keepMillis - unused);
    }

    boolean isRemovable() {
      return !loading && !pinned && users == 0;
    }
  }

  /** Whether a model may be loaded. */
  sealed interface Room {
    /** It may; {@code unloaded} are not resident any more and must be closed before. */
    record Made(List<String> unloaded) implements Room {}

    /** It may not as long as others are in use. */
    record Busy(long neededBytes, long freeBytes, long usedBytes) implements Room {}

    /** It never may. */
    record TooLarge(long neededBytes, long possibleBytes) implements Room {}
  }

  /**
   * Asks for memory to load a model that is not resident. When there is room, the memory is taken
   * and the model is loading until {@link #loaded} or {@link #remove}.
   */
  Room makeRoom(String name, long neededBytes, boolean pinned) {
    if (residents.containsKey(name)) {
      throw new IllegalStateException(name + " is resident already");
    }
    long possible = budgetBytes - sum(resident -> resident.pinned);
    if (neededBytes > possible) {
      return new Room.TooLarge(neededBytes, possible);
    }
    long fixed = sum(resident -> !resident.isRemovable());
    if (neededBytes > budgetBytes - fixed) {
      return new Room.Busy(neededBytes, budgetBytes - fixed, fixed);
    }
    List<String> unloaded = new ArrayList<>();
    for (String candidate : removableOldestFirst()) {
      if (neededBytes <= freeBytes()) {
        break;
      }
      residents.remove(candidate);
      unloaded.add(candidate);
    }
    residents.put(name, new Resident(neededBytes, pinned, idleMillis));
    return new Room.Made(unloaded);
  }

  private List<String> removableOldestFirst() {
    return residents.entrySet().stream()
        .filter(entry -> entry.getValue().isRemovable())
        .sorted(
            Comparator.comparingDouble(
                    (Map.Entry<String, Resident> entry) -> entry.getValue().lastUsedMillis)
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The model is ready, and {@code users} wait for it already. */
  void loaded(String name, int users, double nowMillis) {
    Resident resident = resident(name);
    resident.loading = false;
    resident.users = users;
    resident.lastUsedMillis = nowMillis;
  }

  /** Somebody uses a resident model. */
  void enter(String name, double nowMillis) {
    Resident resident = resident(name);
    resident.users++;
    resident.lastUsedMillis = nowMillis;
  }

  /** Somebody has finished with it. */
  void leave(String name, double nowMillis) {
    Resident resident = resident(name);
    if (resident.users == 0) {
      throw new IllegalStateException(name + " has no users");
    }
    resident.users--;
    resident.lastUsedMillis = nowMillis;
  }

  /** The model is not in memory any more, or could not be loaded. */
  void remove(String name) {
    residents.remove(name);
  }

  /** The model goes when nobody used it for this time, infinite never. */
  void keep(String name, double millis) {
    resident(name).keepMillis = millis;
  }

  /** How long a model stays if nobody uses it from now on; infinite as long as there is room. */
  double millisLeft(String name, double nowMillis) {
    return resident(name).millisLeft(nowMillis);
  }

  /** How long until the next model is idle if nothing happens; infinite when none will be. */
  double millisToIdle(double nowMillis) {
    return removableOldestFirst().stream()
        .mapToDouble(name -> residents.get(name).millisLeft(nowMillis))
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** Models that were not used for their time; they are not resident any more, close them. */
  List<String> takeIdle(double nowMillis) {
    List<String> idle =
        removableOldestFirst().stream()
            .filter(name -> residents.get(name).millisLeft(nowMillis) == 0)
            .toList();
    idle.forEach(residents::remove);
    return idle;
  }

  /** Memory of all models, loading ones included. */
  long usedBytes() {
    return sum(_ -> true);
  }

  /** Memory that no model has. */
  long freeBytes() {
    return budgetBytes - usedBytes();
  }

  /** The whole budget. */
  long budgetBytes() {
    return budgetBytes;
  }

  private Resident resident(String name) {
    Resident resident = residents.get(name);
    if (resident == null) {
      throw new IllegalStateException(name + " is not resident");
    }
    return resident;
  }

  private long sum(Predicate<Resident> which) {
    return residents.values().stream().filter(which).mapToLong(resident -> resident.bytes).sum();
  }
}
