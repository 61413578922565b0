package io.maque.hub.source;

import io.maque.hub.json.JsonValue;
import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.ModelReference.Ollama;
import io.maque.hub.transfer.Credential;
import io.maque.hub.transfer.Download;
import io.maque.hub.transfer.PullException;
import io.maque.hub.transfer.Sha256;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A registry of Ollama models: the registry protocol of container images (Docker Registry HTTP API
 * V2), with the weights as layers of types of their own.
 *
 * <p>Digests are taken apart strictly, 64 lower-case digits after {@code sha256:}; a digest is
 * never used as a path on this machine.
 */
public final class OllamaRegistry implements Source<Ollama> {
  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String MODEL_LAYER = "application/vnd.ollama.image.model";
  private static final String PROJECTOR_LAYER = "application/vnd.ollama.image.projector";
  private static final String DIGEST_PREFIX = "sha256:";

  private final Endpoint endpoint;
  private final WebFiles files;

  public OllamaRegistry(Endpoint endpoint, WebFiles files) {
    this.endpoint = endpoint;
    this.files = files;
  }

  @Override
  public List<RemoteFile> files(Ollama reference) {
    URI uri = endpoint.at("%s/manifests/%s".formatted(root(reference), reference.tag()));
    JsonValue manifest = files.web().json(uri, Credential.NONE, MANIFEST, reference.text());
    List<RemoteFile> found = new ArrayList<>();
    find(manifest, MODEL_LAYER)
        .ifPresent(layer -> found.add(file(reference, layer, FileRole.MODEL)));
    if (found.isEmpty()) {
      throw new PullException(
          "%s: its manifest has no layer of type %s, so it holds no GGUF; choose another tag"
              .formatted(reference.text(), MODEL_LAYER));
    }
    find(manifest, PROJECTOR_LAYER)
        .ifPresent(layer -> found.add(file(reference, layer, FileRole.PROJECTOR)));
    return found;
  }

  private static Optional<JsonValue> find(JsonValue manifest, String mediaType) {
    for (JsonValue layer : manifest.at("layers").elements()) {
      if (layer.findText("mediaType").equals(Optional.of(mediaType))) {
        return Optional.of(layer);
      }
    }
    return Optional.empty();
  }

  private RemoteFile file(Ollama reference, JsonValue layer, FileRole role) {
    String where = "manifest of " + reference.text();
    Sha256 sha256 = digest(layer.text("digest"), where);
    OptionalLong bytes = OptionalLong.of(layer.count("size"));
    String name =
        "%s%s.gguf".formatted(role == FileRole.PROJECTOR ? "mmproj-" : "", reference.storeName());
    URI uri = endpoint.at("%s/blobs/%s%s".formatted(root(reference), DIGEST_PREFIX, sha256));
    return new RemoteFile(
        name,
        role,
        bytes,
        Optional.of(sha256),
        files.content(
            new Download.Request(
                uri, Credential.NONE, reference.text(), name, bytes, Optional.of(sha256))));
  }

  private static Sha256 digest(String text, String where) {
    return Optional.of(text)
        .filter(digest -> digest.startsWith(DIGEST_PREFIX))
        .flatMap(digest -> Sha256.find(digest.substring(DIGEST_PREFIX.length())))
        .orElseThrow(() ->
            new PullException(
                "%s: a digest of %d characters is not sha256: and 64 lower-case hexadecimal digits; nothing was fetched"
                    .formatted(where, text.length())));
  }

  private static String root(Ollama reference) {
    return "/v2/%s/%s".formatted(reference.namespace(), reference.name());
  }
}
