package io.maque.hub.transfer;

import java.net.URI;
import java.time.Duration;

/** What HTTP statuses mean for a pull, in sentences. */
final class Statuses {
  private static final long MAX_RETRY_AFTER_SECONDS = 60;

  private Statuses() {}

  /** Whether asking again later can help. */
  static boolean isPassing(int status) {
    return status == 408 || status == 425 || status == 429 || status >= 500;
  }

  /** How long the server wants to be left alone, within reason; otherwise {@code backoff}. */
  static Duration retryAfter(Web.Head head, Duration backoff) {
    String value = head.header("Retry-After");
    return value.matches("[0-9]{1,9}")
        ? Duration.ofSeconds(Math.min(Long.parseLong(value), MAX_RETRY_AFTER_SECONDS))
        : backoff;
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
                  : "%s: %s asks for a login (HTTP %d); %s"
                      .formatted(what, where, head.status(), credential.howToGet());
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
