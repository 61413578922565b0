package io.maque.hub.source;

import io.maque.hub.json.JsonValue;
import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.ModelReference.Repository;
import io.maque.hub.transfer.Credential;
import io.maque.hub.transfer.Download;
import io.maque.hub.transfer.PullException;
import io.maque.hub.transfer.Sha256;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * ModelScope (魔搭).
 *
 * <p>{@code GET /api/v1/models/OWNER/REPO/repo/files?Revision=…&Recursive=true} lists files with
 * size and SHA-256; {@code GET /api/v1/models/OWNER/REPO/repo?Revision=…&FilePath=…} is a file; see
 * {@code HubApi.get_model_files} of the project modelscope. The site takes its token as a bearer
 * header or as the session cookie, depending on its age; both are sent.
 */
public final class ModelScope implements Source<Repository> {
  private final Endpoint endpoint;
  private final WebFiles files;

  public ModelScope(Endpoint endpoint, WebFiles files) {
    this.endpoint = endpoint;
    this.files = files;
  }

  @Override
  public List<RemoteFile> files(Repository repository) {
    Map<String, JsonValue> listed = list(repository);
    List<String> paths =
        repository
            .file()
            .map(RepositoryFiles::withAllParts)
            .orElseGet(
                () -> RepositoryFiles.choose(List.copyOf(listed.keySet()), repository.text()));
    return paths.stream().map(path -> file(repository, path, listed)).toList();
  }

  private Map<String, JsonValue> list(Repository repository) {
    URI uri =
        endpoint.at(
            "/api/v1/models/%s/repo/files?Revision=%s&Recursive=true"
                .formatted(repository.id(), encoded(repository.effectiveRevision())));
    JsonValue answer = files.web().json(uri, credential(), "application/json", repository.text());
    JsonValue entries = answer.at("Data").at("Files");
    if (!entries.isArray()) {
      throw new PullException(
          "%s: the answer of %s holds no file list; check that the repository exists and the endpoint speaks the ModelScope protocol"
              .formatted(repository.text(), endpoint));
    }
    Map<String, JsonValue> listed = new LinkedHashMap<>();
    for (JsonValue entry : entries.elements()) {
      entry.findText("Path").ifPresent(path -> listed.put(path, entry));
    }
    return listed;
  }

  private RemoteFile file(Repository repository, String path, Map<String, JsonValue> listed) {
    String what = repository.withFile(path).text();
    JsonValue entry = listed.get(path);
    if (entry == null) {
      throw new PullException(
          "%s: the repository has no such file; look at its file list on the site".formatted(what));
    }
    OptionalLong bytes = entry.findCount("Size");
    Optional<Sha256> sha256 = entry.findText("Sha256").flatMap(Sha256::find);
    URI uri =
        endpoint.at(
            "/api/v1/models/%s/repo?Revision=%s&FilePath=%s"
                .formatted(
                    repository.id(), encoded(repository.effectiveRevision()), encoded(path)));
    String name = RepositoryFiles.leaf(path);
    return new RemoteFile(
        name,
        FileRole.ofFileName(name),
        bytes,
        sha256,
        files.content(new Download.Request(uri, credential(), what, name, bytes, sha256)));
  }

  private Credential credential() {
    Credential bearer = endpoint.credential();
    return endpoint
        .token()
        .map(token -> bearer.and("Cookie", "m_session_id=" + token))
        .orElse(bearer);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
