package io.maque.server.ollama;

import io.maque.generate.ModelCard;
import io.maque.server.router.ModelEntry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** {@code details} of a model in lists; what was never loaded has empty ones. */
public record ModelDetails(
    String parentModel,
    String format,
    String family,
    List<String> families,
    String parameterSize,
    String quantizationLevel) {

  static ModelDetails of(ModelEntry entry) {
    return entry
        .card()
        .map(ModelDetails::of)
        .orElse(new ModelDetails("", "gguf", "", List.of(), "", ""));
  }

  static ModelDetails of(ModelCard card) {
    return new ModelDetails(
        "",
        "gguf",
        card.architecture(),
        List.of(card.architecture()),
        parameterSize(card.parameterCount()),
        card.fileType());
  }

  /** Such as {@code 494.03M} or {@code 1.5B}. */
  private static String parameterSize(long count) {
    return count >= 1_000_000_000L
        ? String.format(Locale.ROOT, "%.1fB", count / 1e9)
        : String.format(Locale.ROOT, "%.2fM", count / 1e6);
  }

  /**
   * What stands for a hash of the file, of which clients show the first digits: a hash of what is
   * known about the model.
   */
  static String digest(ModelEntry entry) {
    String known = entry.name() + entry.card().map(ModelCard::toString).orElse("");
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(known.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
