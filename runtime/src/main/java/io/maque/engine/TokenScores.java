package io.maque.engine;

/**
 * Scores of a text, one less than tokens: entry {@code i} is about token {@code i + 1}.
 *
 * @param logprobs natural log-probability the model gave to each token
 * @param argmax the most likely id at each position
 */
public record TokenScores(float[] logprobs, int[] argmax) {}
