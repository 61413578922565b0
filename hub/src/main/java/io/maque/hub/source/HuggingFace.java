package io.maque.hub.source;

import io.maque.hub.json.JsonValue;
import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.ModelReference.Repository;
import io.maque.hub.transfer.Credential;
import io.maque.hub.transfer.Download;
import io.maque.hub.transfer.PullException;
import io.maque.hub.transfer.Sha256;
import io.maque.hub.transfer.Web;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The Hugging Face hub or a mirror of it.
 *
 * <p>{@code GET /api/models/OWNER/REPO/tree/REVISION?recursive=true} lists files. {@code HEAD
 * /OWNER/REPO/resolve/REVISION/FILE} tells size and SHA-256 of a large file in {@code
 * X-Linked-Size} and {@code X-Linked-Etag} while redirecting to the storage host; see {@code
 * get_hf_file_metadata} of the project huggingface_hub.
 */
public final class HuggingFace implements Source<Repository> {
  private final Endpoint endpoint;
  private final WebFiles files;

  public HuggingFace(Endpoint endpoint, WebFiles files) {
    this.endpoint = endpoint;
    this.files = files;
  }

  @Override
  public List<RemoteFile> files(Repository repository) {
    List<String> paths =
        repository
            .file()
            .map(RepositoryFiles::withAllParts)
            .orElseGet(() -> RepositoryFiles.choose(list(repository), repository.text()));
    return paths.stream().map(path -> file(repository, path)).toList();
  }

  private List<String> list(Repository repository) {
    URI uri =
        endpoint.at(
            "/api/models/%s/tree/%s?recursive=true"
                .formatted(repository.id(), repository.effectiveRevision()));
    JsonValue tree =
        files.web().json(uri, endpoint.credential(), "application/json", repository.text());
    if (!tree.isArray()) {
      throw new PullException(
          "%s: the file list of %s is no JSON array; check that the endpoint speaks the Hugging Face protocol"
              .formatted(repository.text(), endpoint));
    }
    return tree.elements().stream().flatMap(entry -> entry.findText("path").stream()).toList();
  }

  private RemoteFile file(Repository repository, String path) {
    String what = repository.withFile(path).text();
    URI uri =
        endpoint.at(
            "/%s/resolve/%s/%s".formatted(repository.id(), repository.effectiveRevision(), path));
    Credential credential = endpoint.credential();
    Web.Head head = files.web().head(uri, credential);
    if (!head.isSuccess() && !head.isRedirect()) {
      throw files.web().failure(head, credential, what);
    }
    OptionalLong bytes = head.headers().firstValueAsLong("X-Linked-Size");
    Optional<Sha256> sha256 = Sha256.find(unquoted(head.header("X-Linked-Etag")));
    String name = RepositoryFiles.leaf(path);
    return new RemoteFile(
        name,
        FileRole.ofFileName(name),
        bytes,
        sha256,
        files.content(new Download.Request(uri, credential, what, name, bytes, sha256)));
  }

  private static String unquoted(String etag) {
    return etag.replaceFirst("^W/", "").replace("\"", "");
  }
}
