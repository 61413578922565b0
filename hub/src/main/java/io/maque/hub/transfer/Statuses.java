package io.maque.hub.transfer;

import java.net.URI;

/** What HTTP statuses mean for a pull, in sentences. */
final class Statuses {
  private Statuses() {}

  /** Whether asking again later can help. */
  static boolean isPassing(int status) {
    return status == 408 || status == 425 || status == 429 || status >= 500;
  }

  static void requireSuccess(Web.Head head, URI asked, Credential credential, String what) {
    if (!head.isSuccess()) {
      throw failure(head, asked, credential, what);
    }
  }

  static PullException failure(Web.Head head, URI asked, Credential credential, String what) {
    String where = Origins.describe(asked);
    return new PullException(
        switch (head.status()) {
          case 401, 403 ->
              credential.isPresent()
                  ? "%s: %s refuses the token (HTTP %d); check that it is valid and that its owner was granted access to the model on the site"
                      .formatted(what, where, head.status())
                  : "%s: %s asks for a token (HTTP %d); accept the model's terms on the site, then set HF_TOKEN or MODELSCOPE_API_TOKEN and pull again"
                      .formatted(what, where, head.status());
          case 404, 410 ->
              "%s: not found at %s (HTTP %d); check the spelling of repository, file and revision"
                  .formatted(what, where, head.status());
          default -> {
            String advice = isPassing(head.status()) ? "try again later" : "check the address";
            yield "%s: %s answers HTTP %d; %s".formatted(what, where, head.status(), advice);
          }
        });
  }
}
