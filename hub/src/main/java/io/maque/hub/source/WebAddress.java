package io.maque.hub.source;

import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.ModelReference.Url;
import io.maque.hub.transfer.Credential;
import io.maque.hub.transfer.Download;
import io.maque.hub.transfer.Origins;
import io.maque.hub.transfer.PullException;
import io.maque.hub.transfer.Web;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A file on any web server, by its https address. No credentials are ever sent. */
public final class WebAddress implements Source<Url> {
  private final WebFiles files;

  public WebAddress(WebFiles files) {
    this.files = files;
  }

  @Override
  public List<RemoteFile> files(Url reference) {
    String host = reference.uri().getHost();
    boolean encrypted = reference.uri().getScheme().equalsIgnoreCase("https");
    if (!encrypted && !Origins.isLoopback(reference.uri())) {
      throw new PullException(
          "http://%s is not encrypted, so anybody on the way could replace the model; use https"
              .formatted(host));
    }
    Web.Head head = files.web().headAtTheEnd(reference.uri(), Credential.NONE);
    // Some servers, and addresses signed for GET alone, refuse HEAD; then the size comes later.
    boolean refusesHead = head.status() == 403 || head.status() == 405 || head.status() == 501;
    if (!head.isSuccess() && !refusesHead) {
      throw files.web().failure(head, Credential.NONE, reference.text());
    }
    OptionalLong bytes =
        head.isSuccess() ? head.headers().firstValueAsLong("Content-Length") : OptionalLong.empty();
    String name = reference.storeName() + ".gguf";
    return List.of(
        new RemoteFile(
            name,
            FileRole.MODEL,
            bytes,
            Optional.empty(),
            files.content(
                new Download.Request(
                    reference.uri(),
                    Credential.NONE,
                    reference.text(),
                    name,
                    bytes,
                    Optional.empty()))));
  }
}
