package io.maque.server.ollama;

import io.maque.chat.ChatFormat;
import io.maque.chat.ToolCallFormat;
import io.maque.generate.LanguageModel;
import io.maque.generate.ModelCard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer to {@code POST /api/show}.
 *
 * @param modelfile empty: models here have none
 * @param template the chat template as it stands in the model file, in Jinja
 * @param modelInfo under the names of GGUF
 */
public record ShowReply(
    String modelfile,
    String parameters,
    String template,
    ModelDetails details,
    Map<String, Object> modelInfo,
    List<String> capabilities,
    String modifiedAt) {

  /**
   * What is known of an open model.
   *
   * @param since when the server started, which stands for the age of the model
   */
  public static ShowReply of(LanguageModel model, Instant since) {
    return new ShowReply(
        "",
        "",
        model.chatFormat().map(ChatFormat::source).orElse(""),
        ModelDetails.of(model.card()),
        modelInfo(model.card()),
        capabilities(model),
        since.toString());
  }

  /** In Ollama's words; conversing is part of the first. */
  private static List<String> capabilities(LanguageModel model) {
    String template = model.chatFormat().map(ChatFormat::source).orElse("");
    List<String> capabilities = new ArrayList<>(List.of("completion", "embedding"));
    if (ToolCallFormat.of(template).isPresent()) {
      capabilities.add("tools");
    }
    if (model.card().takesImages()) {
      capabilities.add("vision");
    }
    if (template.contains("<think>")) {
      capabilities.add("thinking");
    }
    return capabilities;
  }

  private static Map<String, Object> modelInfo(ModelCard card) {
    String architecture = card.architecture();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("general.architecture", architecture);
    facts.put("general.name", card.name());
    facts.put("general.parameter_count", card.parameterCount());
    facts.put(architecture + ".context_length", card.trainedContextLength());
    facts.put(architecture + ".embedding_length", card.embeddingLength());
    facts.put(architecture + ".block_count", card.blockCount());
    return facts;
  }
}
