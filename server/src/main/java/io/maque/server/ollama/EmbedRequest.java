package io.maque.server.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.chat.ChatFormat;
import io.maque.generate.LanguageModel;
import io.maque.server.http.JsonFields;
import io.maque.tokenizer.Special;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The body of {@code POST /api/embed}, or of the older {@code POST /api/embeddings}.
 *
 * @param model which model
 * @param texts to be turned into vectors
 * @param truncate whether a text that is too long for the model is cut; otherwise it is refused
 * @param keepAlive how long the model stays in memory afterwards; empty changes nothing
 */
public record EmbedRequest(
    String model, List<String> texts, boolean truncate, Optional<Duration> keepAlive) {
  private static final int MAX_TEXTS = 2048;

  /** Takes all fields of a body whose {@code input} is a text or several. */
  public static EmbedRequest read(JsonFields body) {
    String model = ModelName.read(body);
    JsonNode input = body.required("input");
    List<JsonNode> nodes = input.isTextual() ? List.of(input) : body.array("input");
    if (nodes.size() > MAX_TEXTS) {
      throw JsonFields.invalid(
          "input", "expected at most %d texts, found %d".formatted(MAX_TEXTS, nodes.size()));
    }
    List<String> texts =
        IntStream.range(0, nodes.size())
            .mapToObj(i -> JsonFields.string("input[" + i + "]", nodes.get(i)))
            .toList();
    return end(body, model, texts);
  }

  /** Takes all fields of a body whose {@code prompt} is the text. */
  public static EmbedRequest readLegacy(JsonFields body) {
    String model = ModelName.read(body);
    return end(body, model, List.of(body.requiredString("prompt")));
  }

  private static EmbedRequest end(JsonFields body, String model, List<String> texts) {
    boolean truncate = body.flag("truncate", false);
    body.refuse("dimensions", "a model's vectors have one length; leave it out");
    OptionFields.read(body);
    Optional<Duration> keepAlive = KeepAlive.read(body);
    body.end();
    return new EmbedRequest(model, texts, truncate, keepAlive);
  }

  /** The token ids of the texts. */
  public List<int[]> ids(LanguageModel asked) {
    int most = asked.card().contextLength();
    return texts.stream()
        .map(text -> asked.tokenizer().encode(text, Special.TEXT))
        .map(ids -> ChatFormat.withBos(ids, asked.tokenizer()))
        .map(ids -> truncate && ids.length > most ? Arrays.copyOf(ids, most) : ids)
        .toList();
  }
}
