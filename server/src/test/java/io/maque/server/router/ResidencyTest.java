package io.maque.server.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.server.router.Residency.Room;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResidencyTest {
  private final Residency residency = new Residency(100, 1000);

  @Test
  void theModelUsedLongestAgoGoesFirstAndOnlyAsManyAsNeeded() {
    load("a", 30, 1);
    load("b", 30, 2);
    load("c", 30, 3);
    use("a", 4);

    assertThat(residency.makeRoom("d", 40, false)).isEqualTo(new Room.Made(List.of("b")));
    assertThat(residency.usedBytes()).isEqualTo(100);
  }

  @Test
  void aModelInUseStaysAndNothingIsUnloadedInVain() {
    load("busy", 60, 1);
    load("idle", 30, 2);
    residency.enter("busy", 3);

    assertThat(residency.makeRoom("d", 50, false)).isEqualTo(new Room.Busy(50, 40, 60));
    assertThat(residency.usedBytes()).isEqualTo(90);
  }

  @Test
  void aLoadingModelStays() {
    residency.makeRoom("loading", 60, false);

    assertThat(residency.makeRoom("d", 50, false)).isInstanceOf(Room.Busy.class);
    assertThat(residency.takeIdle(1e9)).isEmpty();
  }

  @Test
  void whatPinnedModelsHoldIsNeverFreeForOthers() {
    residency.makeRoom("pinned", 60, true);
    residency.loaded("pinned", 0, 1);

    assertThat(residency.makeRoom("d", 50, false)).isEqualTo(new Room.TooLarge(50, 40));
    assertThat(residency.makeRoom("e", 40, false)).isEqualTo(new Room.Made(List.of()));
    assertThat(residency.takeIdle(1e9)).isEmpty();
  }

  @Test
  void whatIsLargerThanTheBudgetNeverFits() {
    assertThat(residency.makeRoom("d", 101, false)).isEqualTo(new Room.TooLarge(101, 100));
  }

  @Test
  void anUnusedModelGoesAfterTheIdleTimeOfItsLastUser() {
    load("a", 30, 0);
    residency.enter("a", 10);
    assertThat(residency.takeIdle(5000)).isEmpty();
    residency.leave("a", 5000);

    assertThat(residency.takeIdle(5999)).isEmpty();
    assertThat(residency.takeIdle(6000)).containsExactly("a");
    assertThat(residency.takeIdle(6001)).isEmpty();
  }

  @Test
  void leavingTwiceIsADefect() {
    load("a", 30, 0);

    assertThatThrownBy(() -> residency.leave("a", 1)).isInstanceOf(IllegalStateException.class);
  }

  private void load(String name, long bytes, double now) {
    assertThat(residency.makeRoom(name, bytes, false)).isInstanceOf(Room.Made.class);
    residency.loaded(name, 0, now);
  }

  private void use(String name, double now) {
    residency.enter(name, now);
    residency.leave(name, now);
  }

  /** Random histories, against a plain account of what is where. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void noHistoryOverdrawsTheBudgetOrTakesAModelFromItsUsers(long seed) {
    Random random = new Random(seed);
    long budget = 50 + random.nextInt(100);
    double idle = 20 + random.nextInt(200);
    Residency subject = new Residency(budget, idle);
    Map<String, Account> accounts = new HashMap<>();
    double now = 0;
    for (int step = 0; step < 3000; step++) {
      now += random.nextInt(10);
      String name = "m" + random.nextInt(8);
      Account account = accounts.get(name);
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          if (account == null) {
            request(subject, accounts, name, 1 + random.nextInt(60), random.nextInt(20) == 0);
          } else if (!account.loading) {
            subject.enter(name, now);
            account.users++;
            account.lastUsed = now;
          }
        }
        case 2 -> {
          if (account != null && account.loading) {
            if (random.nextInt(5) == 0) {
              subject.remove(name);
              accounts.remove(name);
            } else {
              account.users = random.nextInt(3);
              account.loading = false;
              account.lastUsed = now;
              subject.loaded(name, account.users, now);
            }
          }
        }
        case 3 -> {
          if (account != null && !account.loading && account.users > 0) {
            subject.leave(name, now);
            account.users--;
            account.lastUsed = now;
          }
        }
        default -> checkIdle(subject.takeIdle(now), accounts, now, idle);
      }
      assertThat(subject.usedBytes())
          .as("seed %d step %d", seed, step)
          .isEqualTo(accounts.values().stream().mapToLong(each -> each.bytes).sum())
          .isLessThanOrEqualTo(budget);
    }
  }

  private static void request(
      Residency subject, Map<String, Account> accounts, String name, long bytes, boolean pinned) {
    long removable =
        accounts.values().stream().filter(Account::removable).mapToLong(each -> each.bytes).sum();
    long free = subject.freeBytes();
    switch (subject.makeRoom(name, bytes, pinned)) {
      case Room.Made(List<String> unloaded) -> {
        List<Double> ages = new ArrayList<>();
        for (String each : unloaded) {
          Account gone = accounts.remove(each);
          assertThat(gone.removable()).as(each).isTrue();
          ages.add(gone.lastUsed);
          assertThat(free).as("room before the last one left").isLessThan(bytes);
          free += gone.bytes;
        }
        assertThat(ages).isSorted();
        accounts.values().stream()
            .filter(Account::removable)
            .forEach(kept ->
                assertThat(ages)
                    .allSatisfy(age -> assertThat(age).isLessThanOrEqualTo(kept.lastUsed)));
        accounts.put(name, new Account(bytes, pinned));
      }
      case Room.Busy _, Room.TooLarge _ -> assertThat(free + removable).isLessThan(bytes);
    }
  }

  private static void checkIdle(
      List<String> idle, Map<String, Account> accounts, double now, double idleMillis) {
    for (String name : idle) {
      Account gone = accounts.remove(name);
      assertThat(gone.removable()).isTrue();
      assertThat(now - gone.lastUsed).isGreaterThanOrEqualTo(idleMillis);
    }
    assertThat(accounts.values())
        .noneMatch(kept -> kept.removable() && now - kept.lastUsed >= idleMillis);
  }

  private static final class Account {
    final long bytes;
    final boolean pinned;
    boolean loading = true;
    int users;
    double lastUsed;

    Account(long bytes, boolean pinned) {
      this.bytes = bytes;
      this.pinned = pinned;
    }

    boolean removable() {
      return !loading && !pinned && users == 0;
    }
  }
}
