package io.maque.hub.vocabulary;

import io.maque.hub.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which tokens begin and end a text, stand for the unknown and for padding. The tokenizer's own
 * files are believed before {@code config.json}, which for some models (Vicuna) names others.
 */
final class TokenRoles {
  /** The words of Hugging Face's files and those of GGUF. */
  private static final Map<String, String> ROLES = new LinkedHashMap<>();

  static {
    ROLES.put("bos", "bos");
    ROLES.put("eos", "eos");
    ROLES.put("unk", "unknown");
    ROLES.put("pad", "padding");
  }

  private final TokenizerFolder folder;
  private final TokenTable table;
  private final Optional<SentencePieceModel> model;

  TokenRoles(TokenizerFolder folder, TokenTable table, Optional<SentencePieceModel> model) {
    this.folder = folder;
    this.table = table;
    this.model = model;
  }

  /** Puts the ids and whether BOS and EOS are added to a text. */
  void putTo(Map<String, Object> keys) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (String role : ROLES.keySet()) {
      id(role).ifPresent(id -> ids.put(role, id));
    }
    ids.forEach(
        (role, id) -> keys.put("tokenizer.ggml.%s_token_id".formatted(ROLES.get(role)), (long) id));
    putOtherEnds(ids.getOrDefault("eos", -1), keys);
    for (String role : List.of("bos", "eos")) {
      adds(role, ids)
          .ifPresent(adds -> keys.put("tokenizer.ggml.add_%s_token".formatted(role), adds));
    }
  }

  private OptionalInt id(String role) {
    for (String file : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      Optional<JsonValue> document = folder.find(file);
      if (document.isPresent()) {
        Optional<String> text = VocabularyKeys.tokenText(document.get().at(role + "_token"));
        OptionalInt id = text.isPresent() ? table.find(text.get()) : OptionalInt.empty();
        if (id.isPresent()) {
          return id;
        }
      }
    }
    OptionalInt ofModel = model.map(trained -> ofModel(trained, role)).orElse(OptionalInt.empty());
    return ofModel.isPresent() ? ofModel : ofConfig(role);
  }

  private static OptionalInt ofModel(SentencePieceModel model, String role) {
    return switch (role) {
      case "bos" -> model.bos();
      case "eos" -> model.eos();
      case "unk" -> model.unknown();
      default -> OptionalInt.empty();
    };
  }

  private OptionalInt ofConfig(String role) {
    Optional<JsonValue> config = folder.find("config.json");
    if (config.isEmpty()) {
      return OptionalInt.empty();
    }
    String field = role + "_token_id";
    for (JsonValue document : List.of(config.get(), config.get().at("text_config"))) {
      List<Integer> ids = ids(document.at(field));
      if (!ids.isEmpty()) {
        return OptionalInt.of(ids.getFirst());
      }
    }
    return OptionalInt.empty();
  }

  /** The ids of rows in a field that holds one or several. */
  private List<Integer> ids(JsonValue field) {
    List<JsonValue> values = field.isArray() ? field.elements() : List.of(field);
    List<Integer> ids = new ArrayList<>();
    for (JsonValue value : values) {
      value
          .asCount()
          .ifPresent(id -> {
            if (id < table.size()) {
              ids.add((int) id);
            }
          });
    }
    return ids;
  }

  /** GGUF has two more keys for tokens that end an answer, which is enough for what is in use. */
  private void putOtherEnds(int eos, Map<String, Object> keys) {
    List<Integer> others =
        folder
            .find("generation_config.json")
            .map(config -> ids(config.at("eos_token_id")))
            .orElse(List.of())
            .stream()
            .filter(id -> id != eos)
            .distinct()
            .toList();
    List<String> roles = List.of("eot", "eom");
    for (int i = 0; i < Math.min(roles.size(), others.size()); i++) {
      keys.put("tokenizer.ggml.%s_token_id".formatted(roles.get(i)), (long) others.get(i));
    }
  }

  /**
   * Whether the token of a role is added to each text: by the template of {@code tokenizer.json},
   * else by the switch of {@code tokenizer_config.json}; empty where no file says.
   */
  private Optional<Boolean> adds(String role, Map<String, Integer> ids) {
    Optional<JsonValue> tokenizer = folder.find("tokenizer.json");
    Optional<Boolean> said =
        folder
            .find("tokenizer_config.json")
            .flatMap(config -> config.findBoolean("add_%s_token".formatted(role)));
    if (tokenizer.isEmpty()) {
      return said;
    }
    List<JsonValue> processors =
        PreTokenizerName.parts(tokenizer.get().at("post_processor"), "processors");
    for (JsonValue processor : processors) {
      List<JsonValue> single = processor.at("single").elements();
      if (processor.text("type").equals("TemplateProcessing") && single.size() > 1) {
        JsonValue end = role.equals("bos") ? single.getFirst() : single.getLast();
        OptionalInt id =
            end.at("SpecialToken").findText("id").map(table::find).orElse(OptionalInt.empty());
        return Optional.of(id.isPresent() && id.getAsInt() == ids.getOrDefault(role, -1));
      }
    }
    return said.or(() -> Optional.of(false));
  }
}
