package io.maque.engine;

/**
 * How a completion ended and what it took. Times in milliseconds.
 *
 * @param finishReason why it ended
 * @param promptTokens tokens of the prompt
 * @param cachedTokens how many of them were in the KV cache already
 * @param imageTokens how many of them are rows of pictures
 * @param completionTokens tokens sampled, the end token included
 * @param queueMillis from submission to the first forward pass
 * @param imageEncodeMillis what encoding pictures for it took, a part of the prefill; nothing for
 *     those that were cached, or encoded for another request
 * @param prefillMillis from the first forward pass to the first token
 * @param ttftMillis from submission to the first token
 * @param decodeMillis from the first token to the last
 */
public record Completion(
    FinishReason finishReason,
    int promptTokens,
    int cachedTokens,
    int imageTokens,
    int completionTokens,
    double queueMillis,
    double imageEncodeMillis,
    double prefillMillis,
    double ttftMillis,
    double decodeMillis) {}
