package io.maque.generate;

import io.maque.chat.Message;
import io.maque.sampling.ConstraintFactory;
import io.maque.sampling.SamplingOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to generate. Immutable: {@code with…} gives a changed copy.
 *
 * @param prompt what the model continues
 * @param sampling how tokens are chosen
 * @param maxTokens most tokens to generate; {@link #UNLIMITED} goes on until the context is full, 0
 *     only reads the prompt
 * @param stop texts that end the answer; they and what follows are not part of it
 * @param topLogprobs how many alternatives to report with the log-probability of every token, at
 *     most 20; {@link #NO_LOGPROBS} reports none at all
 * @param promptLogprobs the same for every token of the prompt, reported before the answer
 * @param constraint makes for this answer what narrows the choice of its tokens, such as a grammar
 * @param deadline how long after it is submitted the request ends, finished or not, with {@link
 *     io.maque.engine.FinishReason#DEADLINE}
 * @param reuseCache whether what other requests left in the KV cache may serve this one's prompt
 *     where it begins with the same tokens. The answer is the same; only measurements want {@code
 *     false}
 */
public record GenerationRequest(
    Prompt prompt,
    SamplingOptions sampling,
    int maxTokens,
    List<String> stop,
    int topLogprobs,
    int promptLogprobs,
    Optional<ConstraintFactory> constraint,
    Optional<Duration> deadline,
    boolean reuseCache) {

  /** No limit but the context's. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Report no log-probabilities. */
  public static final int NO_LOGPROBS = -1;

  /** Most alternatives to report per token. */
  public static final int MAX_TOP_LOGPROBS = 20;

  public GenerationRequest {
    stop = List.copyOf(stop);
    if (maxTokens < 0) {
      throw new IllegalArgumentException("maxTokens: expected 0 or more, found " + maxTokens);
    }
    requireLogprobs("topLogprobs", topLogprobs);
    requireLogprobs("promptLogprobs", promptLogprobs);
    if (deadline.isPresent() && !deadline.get().isPositive()) {
      throw new IllegalArgumentException(
          "deadline: expected a positive duration, found " + deadline.get());
    }
    for (String text : stop) {
      if (text.isEmpty()) {
        throw new IllegalArgumentException("stop: expected texts of a character or more, found ''");
      }
    }
  }

  private static void requireLogprobs(String name, int value) {
    if (value < NO_LOGPROBS || value > MAX_TOP_LOGPROBS) {
      throw new IllegalArgumentException(
          "%s: expected 0 to %d, or %d for none, found %d"
              .formatted(name, MAX_TOP_LOGPROBS, NO_LOGPROBS, value));
    }
  }

  /** A request with default sampling, no limit of tokens and no stop strings. */
  public static GenerationRequest of(Prompt prompt) {
    return new GenerationRequest(
        prompt,
        SamplingOptions.DEFAULT,
        UNLIMITED,
        List.of(),
        NO_LOGPROBS,
        NO_LOGPROBS,
        Optional.empty(),
        Optional.empty(),
        true);
  }

  /** Asks for the next message of a conversation. */
  public static GenerationRequest chat(List<Message> messages) {
    return of(new Prompt.Chat(messages, List.of(), Map.of(), true));
  }

  /** Asks one question. */
  public static GenerationRequest chat(String question) {
    return chat(List.of(Message.user(question)));
  }

  /** Continues plain text; control tokens in it are text. */
  public static GenerationRequest text(String text) {
    return of(new Prompt.Text(text, false, true));
  }

  /** This request with other sampling. */
  public GenerationRequest withSampling(SamplingOptions value) {
    return new GenerationRequest(
        prompt,
        value,
        maxTokens,
        stop,
        topLogprobs,
        promptLogprobs,
        constraint,
        deadline,
        reuseCache);
  }

  /** This request with another limit of generated tokens. */
  public GenerationRequest withMaxTokens(int value) {
    return new GenerationRequest(
        prompt,
        sampling,
        value,
        stop,
        topLogprobs,
        promptLogprobs,
        constraint,
        deadline,
        reuseCache);
  }

  /** This request with other stop strings. */
  public GenerationRequest withStop(List<String> value) {
    return new GenerationRequest(
        prompt,
        sampling,
        maxTokens,
        value,
        topLogprobs,
        promptLogprobs,
        constraint,
        deadline,
        reuseCache);
  }

  /** This request with log-probabilities and this many alternatives per token. */
  public GenerationRequest withTopLogprobs(int value) {
    return new GenerationRequest(
        prompt, sampling, maxTokens, stop, value, promptLogprobs, constraint, deadline, reuseCache);
  }

  /** This request with log-probabilities and this many alternatives per token of the prompt. */
  public GenerationRequest withPromptLogprobs(int value) {
    return new GenerationRequest(
        prompt, sampling, maxTokens, stop, topLogprobs, value, constraint, deadline, reuseCache);
  }

  /** This request with a constraint on the tokens of the answer. */
  public GenerationRequest withConstraint(ConstraintFactory value) {
    return new GenerationRequest(
        prompt,
        sampling,
        maxTokens,
        stop,
        topLogprobs,
        promptLogprobs,
        Optional.of(value),
        deadline,
        reuseCache);
  }

  /** This request with a time, counted from its submission, after which it ends. */
  public GenerationRequest withDeadline(Duration value) {
    return new GenerationRequest(
        prompt,
        sampling,
        maxTokens,
        stop,
        topLogprobs,
        promptLogprobs,
        constraint,
        Optional.of(value),
        reuseCache);
  }

  /** This request with or without the KV cache of other requests. */
  public GenerationRequest withReuseCache(boolean value) {
    return new GenerationRequest(
        prompt,
        sampling,
        maxTokens,
        stop,
        topLogprobs,
        promptLogprobs,
        constraint,
        deadline,
        value);
  }
}
