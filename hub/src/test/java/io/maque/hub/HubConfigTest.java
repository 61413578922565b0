package io.maque.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.maque.hub.transfer.PullException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubConfigTest {
  @TempDir Path home;

  private HubConfig config(Map<String, String> environment) {
    return HubConfig.fromEnvironment(environment, home);
  }

  @Test
  void anEmptyEnvironmentMeansThePublicSites() {
    HubConfig config = config(Map.of());
    assertThat(config.storeRoot()).isEqualTo(home.resolve(".maque/models"));
    assertThat(config.huggingFace()).hasToString("https://huggingface.co");
    assertThat(config.modelScope()).hasToString("https://modelscope.cn");
    assertThat(config.ollama()).hasToString("https://registry.ollama.ai");
    assertThat(config.pip().command()).isEmpty();
  }

  @Test
  void theTokenComesFromTheVariableOrTheLoginFile() throws IOException {
    Path file = home.resolve(".cache/huggingface/token");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "hf_file\n");
    assertThat(config(Map.of()).huggingFace().credential().isPresent()).isTrue();
    assertThat(config(Map.of("HF_HOME", "/nonexistent")).huggingFace().credential().isPresent())
        .isFalse();
    assertThat(config(Map.of("HF_TOKEN", "hf_variable")).huggingFace())
        .hasToString("https://huggingface.co (with token)");
    assertThat(config(Map.of("MODELSCOPE_API_TOKEN", "ms")).modelScope())
        .hasToString("https://modelscope.cn (with token)");
  }

  @Test
  void aMirrorReplacesTheSite() {
    assertThat(config(Map.of("HF_ENDPOINT", "https://mirror.example/hf/")).huggingFace())
        .hasToString("https://mirror.example/hf");
    assertThat(config(Map.of("HF_ENDPOINT", "http://mirror.example")).huggingFace().credential())
        .hasToString("Credential[none]");
  }

  @Test
  void aTokenDoesNotTravelUnencrypted() {
    HubConfig config = config(Map.of("HF_ENDPOINT", "http://mirror.example", "HF_TOKEN", "secret"));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> config.huggingFace().credential())
        .withMessageContaining("plain http and a token is set")
        .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("secret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mirror", "ftp://mirror", "https://", "https://u:p@mirror", "https://m?x", "h t"})
  void aBrokenEndpointIsASentence(String endpoint) {
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> config(Map.of("HF_ENDPOINT", endpoint)))
        .withMessageContaining("HF_ENDPOINT");
  }

  @Test
  void theHomeOfTheEnvironmentIsTheUsersHome() {
    assertThat(HubConfig.fromEnvironment(Map.of("HOME", "/data/u")).storeRoot())
        .isEqualTo(Path.of("/data/u/.maque/models"));
    assertThat(HubConfig.fromEnvironment(Map.of("HOME", "")).storeRoot())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".maque/models"));
  }
}
