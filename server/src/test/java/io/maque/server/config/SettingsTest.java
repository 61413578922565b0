package io.maque.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir private Path folder;

  @ParameterizedTest(name = "flag {0}, environment {1}, file {2} give {3}")
  @CsvSource({
    "1, 2, 3, 1",
    "1, 2, , 1",
    "1, , 3, 1",
    "1, , , 1",
    ", 2, 3, 2",
    ", 2, , 2",
    ", , 3, 3",
    ", , , 8080"
  })
  void flagsGoBeforeTheEnvironmentBeforeTheFile(
      String flag, String environment, String file, int expected) throws IOException {
    Settings flags =
        Settings.ofFlags(flag == null ? Map.of() : Map.of(Setting.PORT, List.of(flag)));
    Settings variables =
        Settings.ofEnvironment(
            environment == null ? Map.of() : Map.of("MAQUE_SERVE_PORT", environment));
    Settings lines = file(file == null ? "" : "port = " + file);

    ServerConfig config = ServerConfig.of(flags.over(variables.over(lines)));

    assertThat(config.listen().port()).isEqualTo(expected);
  }

  @Test
  void aListIsTakenFromOneLayerAsAWhole() throws IOException {
    Settings file = file("model = a\nmodel = fast=b\npin = a\n");
    Settings environment = Settings.ofEnvironment(Map.of("MAQUE_SERVE_MODEL", "c, d"));

    assertThat(ServerConfig.of(file).models().offered())
        .containsExactly(
            new ServerConfig.Offer(Optional.empty(), "a", Optional.empty()),
            new ServerConfig.Offer(Optional.of("fast"), "b", Optional.empty()));
    assertThat(ServerConfig.of(environment.over(file)).models().offered())
        .extracting(ServerConfig.Offer::model)
        .containsExactly("c", "d");
    assertThat(ServerConfig.of(environment.over(file)).models().pinned()).containsExactly("a");
  }

  @Test
  void unitsAreRead() throws IOException {
    ServerConfig config =
        ServerConfig.of(
            file(
                """
                # a comment

                max-body=512k
                memory-budget = 3GiB
                idle-unload = never
                load-timeout = 1500ms
                request-timeout = 7s
                shutdown-grace = 2m
                context = 2048
                """));

    assertThat(config.limits().maxBodyBytes()).isEqualTo(512 * 1024);
    assertThat(config.models().memoryBudgetBytes()).isEqualTo(OptionalLong.of(3L << 30));
    assertThat(config.models().idleUnload()).isEmpty();
    assertThat(config.models().loadTimeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(config.limits().requestTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(config.limits().shutdownGrace()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.models().open().contextLength()).isEqualTo(2048);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "port = 70000 | port: expected a whole number from 0 to 65535, found \"70000\" (FILE line"
            + " 2)",
        "port = -1 | port: expected a whole number from 0 to 65535, found \"-1\" (FILE line 2)",
        "max-body = lots | max-body: expected 1 bytes or more, such as 512k, 32m or 4g",
        "max-body = 9999999999t | max-body: expected 1 bytes or more",
        "idle-unload = 5 | idle-unload: expected a time such as 500ms, 30s, 5m or 1h, found \"5\"",
        "idle-unload = 0s | idle-unload: expected a time",
        "insecure-no-auth = yes | insecure-no-auth: expected true or false, found \"yes\"",
        "prot = 1 | FILE line 2: no setting is called prot; the nearest is port",
        "port | FILE line 2: expected key = value, found no equals sign",
        "tls = on | tls: expected off, self-signed or pem, found \"on\" (FILE line 2)",
        "tls = pem | tls: expected tls-cert and tls-key with it",
        "tls-cert = a.pem | expected both tls-cert and tls-key, found only tls-cert",
        "allow-origin = example.org | allow-origin: expected an origin without path",
        "allow-origin = https://a.org/x | allow-origin: expected an origin without path",
        "host-name = a:80 | host-name: expected a host name without port",
        "host = 0.0.0.0 | is reachable by other machines, which needs API keys",
        "api-key = short | api-key: expected at least 16 characters, found 5",
        "model = =x | model: expected MODEL or ALIAS=MODEL",
      })
  void aWrongValueIsNamedWithItsOrigin(String line, String message) throws IOException {
    Path path = folder.resolve("wrong.conf");
    Files.writeString(path, "# first line\n" + line + "\n");

    assertThatThrownBy(() -> ServerConfig.of(Settings.ofFile(path)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(message.replace("FILE", path.toString()));
  }

  @Test
  void originsAreThoseTheUserKnows() {
    assertThatThrownBy(() -> ServerConfig.of(Settings.ofFlags(Map.of(Setting.PORT, List.of("x")))))
        .hasMessageEndingWith("found \"x\" (--port)");
    assertThatThrownBy(
            () -> ServerConfig.of(Settings.ofEnvironment(Map.of("MAQUE_SERVE_PORT", "x"))))
        .hasMessageEndingWith("found \"x\" (MAQUE_SERVE_PORT)");
    assertThatThrownBy(() -> Settings.ofEnvironment(Map.of("MAQUE_SERVE_PROT", "1")))
        .hasMessage("the environment: no setting is called MAQUE_SERVE_PROT; the nearest is port");
  }

  @Test
  void otherVariablesAreNotOurs() {
    Settings settings =
        Settings.ofEnvironment(Map.of("MAQUE_PORT", "tcp://10.0.0.1:80", "MAQUE_SERVE_PORT", " "));

    assertThat(ServerConfig.of(settings)).isEqualTo(ServerConfig.DEFAULT);
  }

  @Test
  void aValueSetTwiceInAFileIsRefused() {
    assertThatThrownBy(() -> file("port = 1\nport = 2\n"))
        .hasMessageMatching(".*line 2: port is set already, in .*line 1");
  }

  @Test
  void keysOrAnExplicitWordOpenTheServerToOthers() {
    Map<String, String> open = Map.of("MAQUE_SERVE_HOST", "0.0.0.0");
    Settings host = Settings.ofEnvironment(open);

    assertThat(
            ServerConfig.of(
                    Settings.ofFlags(Map.of(Setting.INSECURE_NO_AUTH, List.of("true"))).over(host))
                .listen()
                .isLoopback())
        .isFalse();
    assertThat(
            ServerConfig.of(
                    Settings.ofEnvironment(Map.of("MAQUE_SERVE_API_KEY", "k".repeat(16)))
                        .over(host))
                .access()
                .hasKeys())
        .isTrue();
  }

  @Test
  void whatIsPrintedIsAFileAgainAndShowsNoSecret() throws IOException {
    String secret = "0123456789abcdef-secret";
    Settings settings =
        Settings.ofFlags(Map.of(Setting.MODEL, List.of("a", "b=c")))
            .over(Settings.ofEnvironment(Map.of("MAQUE_SERVE_API_KEY", secret)));

    String printed = settings.print();

    assertThat(printed)
        .contains("# from --model\nmodel = a\nmodel = b=c\n", "# api-key = ********\n")
        .contains("port = 8080\n", "# tls-cert is not set\n")
        .doesNotContain(secret);
    assertThat(ServerConfig.of(file(printed)).models().offered()).hasSize(2);
    assertThat(ServerConfig.of(settings).toString()).doesNotContain(secret);
  }

  @Test
  void everySettingHasADescriptionThatIsASentence() {
    assertThat(Setting.values())
        .allSatisfy(setting -> assertThat(setting.description()).endsWith(".").hasSizeLessThan(90));
  }

  private Settings file(String text) throws IOException {
    Path path = folder.resolve("server.conf");
    Files.writeString(path, text);
    return Settings.ofFile(path);
  }
}
