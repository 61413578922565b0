package io.maque.hub;

import io.maque.fixture.TinyGguf;
import io.maque.hub.builtin.SmallBox;
import io.maque.hub.catalogue.Catalogue;
import io.maque.hub.source.Endpoint;
import io.maque.hub.source.Pip;
import io.maque.hub.transfer.Disk;
import io.maque.hub.transfer.FileHost;
import io.maque.hub.transfer.TransferSettings;
import io.maque.tensor.TensorType;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A hub whose hosts all are on this machine, with a small catalogue of its own. */
final class HubFixture implements AutoCloseable {
  static final String TOKEN = "hf_secret";
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  static final byte[] GGUF = gguf(7, 40_000);
  static final byte[] PROJECTOR = gguf(8, 10_000);
  static final String SUM = sha256(GGUF);
  static final TransferSettings IMPATIENT =
      new TransferSettings(Duration.ofSeconds(5), Duration.ofSeconds(2), 3, Duration.ofMillis(5));

  final FileHost hub = new FileHost();
  final FileHost storage = new FileHost();
  private final Path storeRoot;
  private Pip pip = new Pip(List.of(), Duration.ofSeconds(20));
  private Disk disk = Disk.SYSTEM;
  private String catalogue = "{\"models\":[]}";

  HubFixture(Path storeRoot) {
    this.storeRoot = storeRoot;
  }

  static byte[] gguf(int seed, int floats) {
    return new TinyGguf(seed)
        .put("general.architecture", "llama")
        .tensor("token_embd.weight", TensorType.F32, floats, 2)
        .toBytes();
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  HubFixture pip(Path program) {
    pip = new Pip(List.of(program.toString()), Duration.ofSeconds(20));
    return this;
  }

  HubFixture disk(Disk newDisk) {
    disk = newDisk;
    return this;
  }

  HubFixture catalogue(String json) {
    catalogue = json;
    return this;
  }

  Hub open() {
    ByteBuffer json = ByteBuffer.wrap(catalogue.getBytes(StandardCharsets.UTF_8));
    Catalogue parsed = Catalogue.parse(json);
    return Hub.open(
        config(storeRoot, hub.uri("")),
        SmallBox.model(storeRoot.resolveSibling("built-in")),
        () -> parsed,
        disk,
        new GgufCheck(),
        InstantSource.fixed(NOW));
  }

  HubConfig config(Path root, URI endpoint) {
    return new HubConfig(
        root,
        new Endpoint(endpoint, Optional.of(TOKEN), "HF_TOKEN"),
        new Endpoint(endpoint, Optional.of(TOKEN), "MODELSCOPE_API_TOKEN"),
        new Endpoint(endpoint, Optional.empty(), ""),
        pip,
        IMPATIENT,
        ProxySelector.of(null));
  }

  /** Publishes a file as Hugging Face does: checksum at the hub, bytes on another host. */
  HubFixture onHuggingFace(String path, byte[] content) {
    return onHuggingFace(path, sha256(content), content.length, FileHost.file(content, "\"t\""));
  }

  HubFixture onHuggingFace(String path, String sum, long size, FileHost.Answer... blob) {
    String target = "/blobs" + path;
    hub.on(
        path,
        FileHost.redirect(
            302,
            storage.uri(target).toString(),
            "X-Linked-Size",
            Long.toString(size),
            "X-Linked-Etag",
            "\"" + sum + "\""));
    storage.on(target, blob);
    return this;
  }

  @Override
  public void close() {
    hub.close();
    storage.close();
  }
}
