package io.maque.server.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.maque.boot.OpenOptions;
import io.maque.fixture.TinyModels;
import io.maque.hub.Hub;
import io.maque.hub.HubConfig;
import io.maque.hub.pull.PullOptions;
import io.maque.hub.reference.StoreName;
import io.maque.hub.store.StoreException;
import io.maque.hub.transfer.Progress;
import io.maque.server.config.ServerConfig.Offer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server offers: what it is told to, or all there is and the built-in model last. */
class HubOffersTest {
  private static final String NANO = "maque-nano";

  @TempDir private Path home;
  private Hub hub;

  @BeforeEach
  void openHub() {
    hub = Hub.open(HubConfig.fromEnvironment(Map.of("MAQUE_HOME", home.toString())));
  }

  private void store(String name) {
    Path file = TinyModels.chat(7).write(home.resolve("tiny.gguf"));
    PullOptions options = PullOptions.DEFAULT.withName(StoreName.of(name));
    hub.pull(file.toString(), options, Progress.NONE);
  }

  private static ModelPool pool(Offers offers) {
    return new ModelPool(
        offers,
        ModelLoader.of(OpenOptions.DEFAULT, _ -> {}),
        new PoolOptions(1L << 32, Optional.empty(), Duration.ofMinutes(1), Set.of()),
        PoolListener.NONE);
  }

  @Test
  void aFreshMachineOffersTheDemonstrationModel() {
    try (ModelPool pool = pool(Offers.of(List.of(), hub))) {
      assertThat(pool.list())
          .singleElement()
          .satisfies(entry -> {
            assertThat(entry.name()).isEqualTo(NANO);
            assertThat(entry.capabilities()).contains("chat", "vision", "demonstration");
            assertThat(entry.card().orElseThrow().takesImages()).isTrue();
          });
      try (Lease lease = pool.acquire(Models.ANY)) {
        assertThat(lease.name()).isEqualTo(NANO);
      }
    }
  }

  @Test
  void whereThereIsAnotherItIsLastAndAnswersOnlyToItsName() {
    store("zebra");
    try (ModelPool pool = pool(Offers.of(List.of(), hub))) {
      assertThat(pool.list()).extracting(ModelEntry::name).containsExactly("zebra", NANO);
      assertThat(pool.list().getFirst().capabilities()).doesNotContain("demonstration");
      try (Lease lease = pool.acquire(Models.ANY)) {
        assertThat(lease.name()).isEqualTo("zebra");
      }
      pool.acquire(NANO).close();
    }
  }

  @Test
  void aModelOfTheUserOfItsNameIsNoDemonstration() {
    store(NANO);
    Offers offers = Offers.of(List.of(), hub);

    assertThat(offers.files()).containsOnlyKeys(NANO);
    assertThat(offers.isDemonstration(offers.files().get(NANO))).isFalse();
  }

  @Test
  void anOperatorWhoNamesModelsOffersThoseOnly() {
    store("zebra");
    Offer zebra = new Offer(Optional.empty(), "zebra", Optional.empty());
    Offer small = new Offer(Optional.of("small"), NANO, Optional.empty());

    assertThat(Offers.of(List.of(zebra), hub).files()).containsOnlyKeys("zebra");
    Offers both = Offers.of(List.of(small, zebra), hub);
    assertThat(both.files()).containsOnlyKeys("small", "zebra");
    assertThat(both.isDemonstration(both.files().get("small"))).isTrue();
    assertThat(both.isDemonstration(both.files().get("zebra"))).isFalse();
  }

  @Test
  void whereItCanBeWrittenNowhereTheOthersAreServedAllTheSame() throws IOException {
    Files.writeString(home.resolve("built-in"), "a file where the folder should be");
    String temporary = System.setProperty("java.io.tmpdir", home.resolve("missing").toString());
    try {
      openHub();
    } finally {
      System.setProperty("java.io.tmpdir", temporary);
    }
    Offers offers = Offers.of(List.of(), hub);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(offers::files)
        .withMessageContaining("set MAQUE_HOME");
    store("zebra");
    assertThat(offers.files()).containsOnlyKeys("zebra");
  }
}
