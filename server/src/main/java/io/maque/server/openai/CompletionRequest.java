package io.maque.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.generate.GenerationRequest;
import io.maque.generate.Prompt;
import io.maque.server.http.JsonFields;
import io.maque.server.router.Models;
import java.util.List;
import java.util.OptionalInt;

/**
 * The body of {@code POST /v1/completions}, with every field that is understood.
 *
 * @param model which model is to answer; {@link Models#ANY} when the request does not say
 * @param prompts what to continue, each by {@code n} answers
 * @param answer what the answers should be like
 * @param topLogprobs how many alternatives to tell for each token, or {@link
 *     GenerationRequest#NO_LOGPROBS}
 * @param echo whether an answer begins with its prompt
 */
public record CompletionRequest(
    String model, List<Prompt> prompts, AnswerFields answer, int topLogprobs, boolean echo) {

  /** What OpenAI's API answers when nothing is said about the length. */
  private static final int DEFAULT_MAX_TOKENS = 16;

  private static final int MAX_ANSWERS = 32;

  /** Takes all fields of {@code body}; one that cannot be served is refused. */
  public static CompletionRequest read(JsonFields body) {
    String model = body.string("model").orElse(Models.ANY);
    boolean parseSpecial = body.flag("parse_special", true);
    List<Prompt> prompts =
        TextInputs.read(
            "prompt", body.required("prompt"), MAX_ANSWERS, text -> prompt(text, parseSpecial));
    AnswerFields answer = AnswerFields.read(body, 0, DEFAULT_MAX_TOKENS);
    if (prompts.size() * answer.n() > MAX_ANSWERS) {
      throw JsonFields.invalid(
          "n",
          "expected at most %d answers to all prompts together, found %d"
              .formatted(MAX_ANSWERS, prompts.size() * answer.n()));
    }
    OptionalInt logprobs = body.integer("logprobs", 0, GenerationRequest.MAX_TOP_LOGPROBS);
    boolean echo = body.flag("echo", false);
    body.refuse("suffix", "models here continue a text only at its end");
    requireNoRanking(body, answer.n());
    body.end();
    return new CompletionRequest(
        model, prompts, answer, logprobs.orElse(GenerationRequest.NO_LOGPROBS), echo);
  }

  /**
   * The whole prompt is the client's, chat template included where there is one: names of control
   * tokens mean these tokens, unless the client knows that it sends someone else's words.
   */
  private static Prompt prompt(String text, boolean parseSpecial) {
    return new Prompt.Text(text, parseSpecial, true);
  }

  private static void requireNoRanking(JsonFields body, int n) {
    JsonNode bestOf = body.any("best_of").orElse(null);
    if (bestOf != null && JsonFields.integer("best_of", bestOf, 1, Integer.MAX_VALUE) != n) {
      throw JsonFields.invalid("best_of", "expected n, since answers are not ranked here");
    }
  }

  /** Whether the answer is sent while it grows. */
  public boolean stream() {
    return answer.stream();
  }

  /** Whether log-probabilities were asked for. */
  boolean logprobs() {
    return topLogprobs != GenerationRequest.NO_LOGPROBS;
  }

  /** One request for each answer, those of one prompt after the other. */
  public List<GenerationRequest> generations() {
    int promptLogprobs = echo ? topLogprobs : GenerationRequest.NO_LOGPROBS;
    return prompts.stream()
        .flatMap(prompt -> answer.generations(prompt, topLogprobs).stream())
        .map(request -> request.withPromptLogprobs(promptLogprobs))
        .toList();
  }
}
