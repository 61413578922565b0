package io.maque.hub.convert;

import io.maque.hub.checkpoint.SmallFile;
import io.maque.hub.json.JsonValue;
import io.maque.hub.vocabulary.VocabularyKeys;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The text architectures, and how a text model of any of them becomes a plan. */
final class TextModels {
  private static final Map<String, TextArchitecture> BY_MODEL_TYPE = new LinkedHashMap<>();

  static {
    BY_MODEL_TYPE.put("qwen2", new Qwen2());
    BY_MODEL_TYPE.put("llama", new Llama());
    BY_MODEL_TYPE.put("phi3", new Phi3());
    BY_MODEL_TYPE.put("qwen3", new Qwen3());
    BY_MODEL_TYPE.put("gemma3_text", new Gemma3());
  }

  private TextModels() {}

  /** The values of {@code model_type} of text models. */
  static List<String> modelTypes() {
    return List.copyOf(BY_MODEL_TYPE.keySet());
  }

  static TextArchitecture named(String modelType) {
    return BY_MODEL_TYPE.get(modelType);
  }

  /** The architecture of {@code model_type}; LLaVA's configuration may leave out {@code llama}. */
  static TextArchitecture architecture(JsonValue config) {
    TextArchitecture architecture =
        BY_MODEL_TYPE.get(config.findText("model_type").orElse("llama"));
    if (architecture == null) {
      throw config.at("model_type").unexpected("one of " + String.join(", ", modelTypes()));
    }
    return architecture;
  }

  /**
   * Plans the text model that {@code config} describes.
   *
   * @param architecture of the model
   * @param config the document, or the part of it for the text model
   * @param folder holds the tokenizer
   * @param notes receives what GGUF cannot say
   */
  static GgufPlan plan(
      TextArchitecture architecture,
      JsonValue config,
      Path folder,
      CheckpointReader reader,
      ConvertOptions options,
      List<String> notes) {
    ModelConfig fields = new ModelConfig(config, architecture.defaults());
    for (String activation : List.of("hidden_act", "hidden_activation")) {
      fields.require(activation, architecture.activations());
    }
    TextConfig text = TextConfig.read(fields);
    GgufPlan plan =
        new GgufPlan(architecture.name(), options.type().plain())
            .put("general.type", "model")
            .put("general.name", options.name().orElse(name(folder)));
    architecture.describe(text, plan);
    VocabularyKeys vocabulary = VocabularyKeys.read(folder, text.vocabSize());
    notes.addAll(vocabulary.notes());
    plan.putAll(vocabulary.keys());
    JsonValue quantization = config(folder).at("quantization_config");
    AwqMatrix.requireKnown(quantization);
    new DecoderWeights(reader, plan, architecture, text, quantization).add();
    return plan;
  }

  /** What the model is called where nobody says: as its folder. */
  static String name(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? "model" : name.toString();
  }

  /** The document {@code config.json} of a folder. */
  static JsonValue config(Path folder) {
    return SmallFile.json(folder.resolve("config.json"));
  }
}
