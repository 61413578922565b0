package io.maque.server.openai;

import io.maque.generate.LanguageModel;
import io.maque.generate.Prompt;
import io.maque.server.http.JsonFields;
import io.maque.server.router.Models;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of {@code POST /v1/embeddings}.
 *
 * @param model which model is to answer; {@link Models#ANY} when the request does not say
 * @param texts what to embed
 * @param base64 whether vectors are written as the base64 of their little-endian floats
 */
public record EmbeddingRequest(String model, List<Prompt> texts, boolean base64) {
  private static final int MAX_TEXTS = 2048;

  /** Takes all fields of {@code body}; one that cannot be served is refused. */
  public static EmbeddingRequest read(JsonFields body) {
    String model = body.string("model").orElse(Models.ANY);
    List<Prompt> texts =
        TextInputs.read(
            "input", body.required("input"), MAX_TEXTS, text -> new Prompt.Text(text, false, true));
    String format = body.oneOf("encoding_format", List.of("float", "base64")).orElse("float");
    body.refuse("dimensions", "vectors have the length of the model's hidden state: leave it out");
    body.accept("user");
    body.end();
    return new EmbeddingRequest(model, texts, format.equals("base64"));
  }

  /** The token ids of all texts; none of them empty. */
  public List<int[]> encode(LanguageModel answering) {
    List<int[]> encoded = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      int[] ids = answering.encode(texts.get(i));
      if (ids.length == 0) {
        throw JsonFields.invalid(
            texts.size() == 1 ? "input" : "input[" + i + "]",
            "expected a text, found an empty one");
      }
      encoded.add(ids);
    }
    return encoded;
  }
}
