package io.maque.generate;

import io.maque.chat.Message;
import io.maque.sampling.SamplingOptions;
import java.util.List;
import java.util.Map;

/**
 * What to generate. Immutable: {@code with…} gives a changed copy.
 *
 * @param prompt what the model continues
 * @param sampling how tokens are chosen
 * @param maxTokens most tokens to generate, at least 1; {@link #UNLIMITED} goes on until the
 *     context is full
 * @param stop texts that end the answer; they and what follows are not part of it
 * @param topLogprobs how many alternatives to report with the log-probability of every token, at
 *     most 20; {@link #NO_LOGPROBS} reports none at all
 * @param reuseCache whether the KV cache that an earlier request left behind may serve this one's
 *     prompt where it begins with the same tokens. The answer is the same; only measurements want
 *     {@code false}
 */
public record GenerationRequest(
    Prompt prompt,
    SamplingOptions sampling,
    int maxTokens,
    List<String> stop,
    int topLogprobs,
    boolean reuseCache) {

  /** No limit but the context's. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Report no log-probabilities. */
  public static final int NO_LOGPROBS = -1;

  private static final int MAX_TOP_LOGPROBS = 20;

  public GenerationRequest {
    stop = List.copyOf(stop);
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens: expected 1 or more, found " + maxTokens);
    }
    if (topLogprobs < NO_LOGPROBS || topLogprobs > MAX_TOP_LOGPROBS) {
      throw new IllegalArgumentException(
          "topLogprobs: expected 0 to %d, or %d for none, found %d"
              .formatted(MAX_TOP_LOGPROBS, NO_LOGPROBS, topLogprobs));
    }
    for (String text : stop) {
      if (text.isEmpty()) {
        throw new IllegalArgumentException("stop: expected texts of a character or more, found ''");
      }
    }
  }

  /** A request with default sampling, no limit of tokens and no stop strings. */
  public static GenerationRequest of(Prompt prompt) {
    return new GenerationRequest(
        prompt, SamplingOptions.DEFAULT, UNLIMITED, List.of(), NO_LOGPROBS, true);
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
    return new GenerationRequest(prompt, value, maxTokens, stop, topLogprobs, reuseCache);
  }

  /** This request with another limit of generated tokens. */
  public GenerationRequest withMaxTokens(int value) {
    return new GenerationRequest(prompt, sampling, value, stop, topLogprobs, reuseCache);
  }

  /** This request with other stop strings. */
  public GenerationRequest withStop(List<String> value) {
    return new GenerationRequest(prompt, sampling, maxTokens, value, topLogprobs, reuseCache);
  }

  /** This request with log-probabilities and this many alternatives per token. */
  public GenerationRequest withTopLogprobs(int value) {
    return new GenerationRequest(prompt, sampling, maxTokens, stop, value, reuseCache);
  }

  /** This request with or without the KV cache of earlier requests. */
  public GenerationRequest withReuseCache(boolean value) {
    return new GenerationRequest(prompt, sampling, maxTokens, stop, topLogprobs, value);
  }
}
