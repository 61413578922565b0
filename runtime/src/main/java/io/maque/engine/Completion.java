package io.maque.engine;

/**
 * How a completion ended and what it took. Times in milliseconds.
 *
 * @param finishReason why it ended
 * @param promptTokens tokens of the prompt
 * @param cachedTokens how many of them were in the KV cache already
 * @param completionTokens tokens sampled, the end token included
 * @param queueMillis from submission to the first forward pass
 * @param prefillMillis from there to the first token
 * @param ttftMillis from submission to the first token
 * @param decodeMillis from the first token to the last
 */
public record Completion(
    FinishReason finishReason,
    int promptTokens,
    int cachedTokens,
    int completionTokens,
    double queueMillis,
    double prefillMillis,
    double ttftMillis,
    double decodeMillis) {}
