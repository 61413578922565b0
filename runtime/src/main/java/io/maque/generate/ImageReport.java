package io.maque.generate;

import io.maque.image.Size;

/**
 * What became of a picture of a prompt.
 *
 * @param original the shape of the upright picture
 * @param processed the shape in which the model saw it
 * @param tokens positions it took in the prompt
 */
public record ImageReport(Size original, Size processed, int tokens) {}
