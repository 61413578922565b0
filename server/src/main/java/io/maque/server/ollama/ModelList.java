package io.maque.server.ollama;

import io.maque.generate.ModelCard;
import io.maque.server.router.ModelEntry;
import java.time.Instant;
import java.util.List;

/** Answers to {@code GET /api/tags} and {@code GET /api/ps}. */
public record ModelList<T>(List<T> models) {

  /** A model that can be asked for. */
  public record Tag(
      String name,
      String model,
      String modifiedAt,
      long size,
      String digest,
      ModelDetails details) {}

  /**
   * A model in memory.
   *
   * @param expiresAt when it will be unloaded if nobody asks for it
   * @param sizeVram none: no model is in the memory of a graphics card
   */
  public record Loaded(
      String name,
      String model,
      long size,
      String digest,
      ModelDetails details,
      String expiresAt,
      long sizeVram,
      int contextLength) {}

  private static final String NEVER = "9999-12-31T23:59:59Z";

  /**
   * All models.
   *
   * @param since when the server started, which stands for the age of models
   */
  public static ModelList<Tag> tags(List<ModelEntry> entries, Instant since) {
    return new ModelList<>(entries.stream().map(entry -> tag(entry, since)).toList());
  }

  private static Tag tag(ModelEntry entry, Instant since) {
    return new Tag(
        entry.name(),
        entry.name(),
        since.toString(),
        size(entry),
        ModelDetails.digest(entry),
        ModelDetails.of(entry));
  }

  /** Models in memory. */
  public static ModelList<Loaded> loaded(List<ModelEntry> entries, Instant now) {
    return new ModelList<>(
        entries.stream().filter(ModelEntry::loaded).map(entry -> loaded(entry, now)).toList());
  }

  private static Loaded loaded(ModelEntry entry, Instant now) {
    return new Loaded(
        entry.name(),
        entry.name(),
        size(entry),
        ModelDetails.digest(entry),
        ModelDetails.of(entry),
        entry.millisLeft().isPresent()
            ? now.plusMillis((long) entry.millisLeft().getAsDouble()).toString()
            : NEVER,
        0,
        entry.card().map(ModelCard::contextLength).orElse(0));
  }

  private static long size(ModelEntry entry) {
    return entry.card().map(ModelCard::weightBytes).orElse(0L);
  }
}
