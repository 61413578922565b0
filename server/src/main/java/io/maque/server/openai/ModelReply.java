package io.maque.server.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.maque.generate.ModelCard;
import io.maque.server.router.ModelEntry;
import java.util.List;

/**
 * A model of {@code GET /v1/models}. The fields after {@code ownedBy} are not OpenAI's; those of
 * the card are null and absent until the model was loaded once.
 *
 * @param created when the server started, as seconds since 1970
 * @param capabilities what it can do
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelReply(
    String id,
    String object,
    long created,
    String ownedBy,
    boolean loaded,
    List<String> capabilities,
    String architecture,
    Long parameterCount,
    String fileType,
    Integer contextLength) {

  /** All models. */
  public record ModelList(String object, List<ModelReply> data) {}

  /** The list of {@code entries}. */
  public static ModelList list(List<ModelEntry> entries, long created) {
    return new ModelList("list", entries.stream().map(entry -> of(entry, created)).toList());
  }

  /** One entry. */
  public static ModelReply of(ModelEntry entry, long created) {
    ModelCard card = entry.card().orElse(null);
    return new ModelReply(
        entry.name(),
        "model",
        created,
        "maque",
        entry.loaded(),
        entry.capabilities(),
        card == null ? null : card.architecture(),
        card == null ? null : card.parameterCount(),
        card == null ? null : card.fileType(),
        card == null ? null : card.contextLength());
  }
}
