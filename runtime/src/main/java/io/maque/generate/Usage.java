package io.maque.generate;

/**
 * What a request took.
 *
 * @param promptTokens tokens of the prompt, begin token and image tokens included
 * @param cachedTokens how many of them were in the KV cache already
 * @param completionTokens tokens the model gave, the end token included
 * @param imageTokens positions of the prompt that are images
 */
public record Usage(int promptTokens, int cachedTokens, int completionTokens, int imageTokens) {}
