package io.maque.hub.convert;

import io.maque.hub.json.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * The configuration of a text model in the words of {@code config.json}.
 *
 * @param fields all of it
 * @param headDim length of a head where the file names it; else the even share
 * @param rope how positions turn the full-attention layers
 */
record TextConfig(
    ModelConfig fields,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    Optional<Integer> headDim,
    int vocabSize,
    Rope rope) {

  static TextConfig read(ModelConfig fields) {
    int heads = fields.count("num_attention_heads");
    int hidden = fields.count("hidden_size");
    int keyValueHeads = fields.findCount("num_key_value_heads").orElse(heads);
    Optional<Integer> headDim = fields.findCount("head_dim");
    if (heads % keyValueHeads != 0 || headDim.isEmpty() && hidden % heads != 0) {
      throw fields
          .at("num_attention_heads")
          .unexpected(
              "a multiple of the %d key-value heads that divides %d"
                  .formatted(keyValueHeads, hidden));
    }
    return new TextConfig(
        fields,
        hidden,
        fields.count("intermediate_size"),
        fields.count("num_hidden_layers"),
        heads,
        keyValueHeads,
        headDim,
        fields.count("vocab_size"),
        Rope.read(fields));
  }

  int headLength() {
    return headDim.orElse(hiddenSize / heads);
  }

  /** Rows of Q, and columns of the attention's output matrix. */
  long queryRows() {
    return (long) heads * headLength();
  }

  /** Rows of K, and of V. */
  long keyRows() {
    return (long) keyValueHeads * headLength();
  }

  /**
   * Rotary positions, as version 4 of transformers ({@code rope_theta}, {@code rope_scaling}) and
   * version 5 ({@code rope_parameters}) write them.
   *
   * @param type {@code default}, {@code linear}, {@code llama3} or {@code longrope}
   * @param parameters the object that holds the type's own parameters
   */
  record Rope(Optional<Double> theta, String type, JsonValue parameters) {
    private static final List<String> TYPES = List.of("default", "linear", "llama3", "longrope");

    private static Rope read(ModelConfig fields) {
      JsonValue parameters =
          fields.at("rope_parameters").isObject()
              ? fields.at("rope_parameters")
              : fields.at("rope_scaling");
      if (parameters.at("full_attention").isObject()) {
        parameters = parameters.at("full_attention");
      }
      Optional<Double> own = number(parameters, "rope_theta");
      JsonValue given = parameters;
      String type = given.findText("rope_type").or(() -> given.findText("type")).orElse("default");
      String known =
          switch (type) {
            case "su" -> "longrope";
            case "mrope" -> "default"; // sections say the rest
            default -> type;
          };
      if (!TYPES.contains(known)) {
        throw parameters.at("rope_type").unexpected(String.join(", ", TYPES));
      }
      return new Rope(own.or(() -> fields.findNumber("rope_theta")), known, parameters);
    }

    private static Optional<Double> number(JsonValue object, String field) {
      return object.findNumber(field).isPresent()
          ? Optional.of(object.findNumber(field).getAsDouble())
          : Optional.empty();
    }

    /** A parameter of the type, or {@code fallback} where the file lacks it. */
    double parameter(String field, double fallback) {
      return number(parameters, field).orElse(fallback);
    }
  }
}
