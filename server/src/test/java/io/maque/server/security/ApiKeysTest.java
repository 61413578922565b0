package io.maque.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.server.config.InvalidConfigException;
import io.maque.server.config.ServerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
  private static final String ALICE = "alice-0123456789abcdef";
  private static final String BOB = "bob-0123456789abcdef";

  @TempDir private Path folder;

  @Test
  void keysAreFoundByTheirText() throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(BOB.getBytes(StandardCharsets.UTF_8));
    ApiKeys keys =
        read(
            "# those who may call\nalice %s\n\nbob sha256:%s rate=6 concurrency=1 # a phone\n"
                .formatted(ALICE, HexFormat.of().formatHex(digest)));

    assertThat(keys.find(ALICE).orElseThrow().name()).isEqualTo("alice");
    assertThat(keys.find(BOB).orElseThrow().name()).isEqualTo("bob");
    assertThat(keys.find(ALICE.substring(1))).isEmpty();
    assertThat(keys.find("")).isEmpty();
    assertThat(keys.find(ALICE + " ")).isEmpty();
  }

  @Test
  void aKeyHasItsOwnLimits() throws IOException {
    ApiKeys keys = read("alice %s\nbob %s rate=6 concurrency=1\n".formatted(ALICE, BOB));
    ApiKey bob = keys.find(BOB).orElseThrow();

    assertThat(bob.tryRate()).isZero();
    assertThat(bob.tryRate()).isPositive();
    assertThat(bob.tryEnter()).isPresent();
    assertThat(bob.tryEnter()).isEmpty();
    ApiKey alice = keys.find(ALICE).orElseThrow();
    for (int i = 0; i < 1000; i++) {
      assertThat(alice.tryRate()).isZero();
      assertThat(alice.tryEnter()).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing",
        "alice",
        "alice short",
        "al/ice 0123456789abcdef",
        "alice sha256:12",
        "alice 0123456789abcdef rate=x",
        "alice 0123456789abcdef speed=1",
        "alice 0123456789abcdef rate=-1",
        "alice 0123456789abcdef\nalice 0123456789abcdeg"
      })
  void aFileThatCannotBeReadIsRefusedWithoutShowingKeys(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("keys.txt")
        .message()
        .doesNotContain("0123456789abcde");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> ApiKeys.read(access(folder.resolve("none.txt"))))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("none.txt");
  }

  private ApiKeys read(String text) throws IOException {
    Path file = folder.resolve("keys.txt");
    Files.writeString(file, text);
    return ApiKeys.read(access(file));
  }

  private static ServerConfig.Access access(Path file) {
    return new ServerConfig.Access(Optional.of(file), Optional.empty(), false, 0, 0);
  }
}
