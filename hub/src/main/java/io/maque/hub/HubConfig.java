package io.maque.hub;

import io.maque.hub.source.Endpoint;
import io.maque.hub.source.Pip;
import io.maque.hub.store.Store;
import io.maque.hub.transfer.EnvironmentProxies;
import io.maque.hub.transfer.PullException;
import io.maque.hub.transfer.TransferSettings;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the hub keeps models and how it reaches their sources.
 *
 * @param storeRoot the directory of the store
 * @param huggingFace {@code HF_ENDPOINT} and the token of {@code HF_TOKEN} or of the file that
 *     {@code huggingface-cli login} writes
 * @param modelScope {@code MODELSCOPE_ENDPOINT}, {@code MODELSCOPE_API_TOKEN}
 * @param ollama {@code MAQUE_OLLAMA_REGISTRY}
 * @param pip the machine's pip
 * @param transfer timeouts and retries
 * @param proxies {@code https_proxy}, {@code http_proxy}, {@code all_proxy}, {@code no_proxy}
 */
public record HubConfig(
    Path storeRoot,
    Endpoint huggingFace,
    Endpoint modelScope,
    Endpoint ollama,
    Pip pip,
    TransferSettings transfer,
    ProxySelector proxies) {
  private static final long MAX_TOKEN_FILE_BYTES = 4096;

  /** The configuration of this process's environment. */
  public static HubConfig fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  /** The directory of the store that {@code environment} asks for. */
  public static Path storeRoot(Map<String, String> environment) {
    return Store.defaultRoot(environment, userHome(environment));
  }

  /** The configuration that {@code environment} asks for. */
  public static HubConfig fromEnvironment(Map<String, String> environment) {
    return fromEnvironment(environment, userHome(environment));
  }

  /**
   * {@code $HOME} first, as other programs have it: the JVM looks up the account instead, and finds
   * "?" for one without an entry, such as the arbitrary user of a container.
   */
  private static Path userHome(Map<String, String> environment) {
    return Path.of(find(environment, "HOME").orElse(System.getProperty("user.home")));
  }

  /** The same for a user whose home is known. */
  static HubConfig fromEnvironment(Map<String, String> environment, Path userHome) {
    return new HubConfig(
        Store.defaultRoot(environment, userHome),
        new Endpoint(
            address(environment, "HF_ENDPOINT", "https://huggingface.co"),
            huggingFaceToken(environment, userHome),
            "HF_TOKEN"),
        new Endpoint(
            address(environment, "MODELSCOPE_ENDPOINT", "https://modelscope.cn"),
            find(environment, "MODELSCOPE_API_TOKEN"),
            "MODELSCOPE_API_TOKEN"),
        new Endpoint(
            address(environment, "MAQUE_OLLAMA_REGISTRY", "https://registry.ollama.ai"),
            Optional.empty(),
            ""),
        Pip.find(environment.getOrDefault("PATH", "")),
        TransferSettings.DEFAULT,
        new EnvironmentProxies(environment));
  }

  /** The same with another store. */
  public HubConfig withStoreRoot(Path root) {
    return new HubConfig(root, huggingFace, modelScope, ollama, pip, transfer, proxies);
  }

  private static Optional<String> find(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  private static URI address(Map<String, String> environment, String variable, String otherwise) {
    String text = find(environment, variable).orElse(otherwise);
    try {
      return new URI(text);
    } catch (URISyntaxException fault) {
      throw new PullException(
          "the variable %s is not an address: %s; expected https://host"
              .formatted(variable, fault.getReason()));
    }
  }

  private static Optional<String> huggingFaceToken(Map<String, String> environment, Path userHome) {
    Optional<String> direct = find(environment, "HF_TOKEN");
    if (direct.isPresent()) {
      return direct;
    }
    Path home =
        find(environment, "HF_HOME")
            .map(Path::of)
            .orElse(userHome.resolve(".cache").resolve("huggingface"));
    Path file = find(environment, "HF_TOKEN_PATH").map(Path::of).orElse(home.resolve("token"));
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_TOKEN_FILE_BYTES) {
        return Optional.empty();
      }
      return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
    } catch (IOException fault) {
      throw new PullException(
          "the token file %s cannot be read: %s; fix its permissions or set HF_TOKEN"
              .formatted(file, fault.getMessage()),
          fault);
    }
  }
}
