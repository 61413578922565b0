package io.maque.server.openai;

import io.maque.generate.ModelCard;
import io.maque.server.router.Lease;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What every reply and every chunk of one says about itself.
 *
 * @param id names the reply
 * @param created seconds since 1970
 * @param model the model that answers
 * @param systemFingerprint equal when the same weights answer in the same way
 */
public record ReplyIdentity(String id, long created, String model, String systemFingerprint) {

  /**
   * @param prefix of the id, such as {@code chatcmpl-}
   */
  public static ReplyIdentity of(String prefix, Lease lease, InstantSource clock) {
    ModelCard card = lease.model().card();
    return new ReplyIdentity(
        prefix + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()),
        clock.instant().getEpochSecond(),
        lease.name(),
        "fp_" + HexFormat.of().toHexDigits(card.hashCode()));
  }
}
