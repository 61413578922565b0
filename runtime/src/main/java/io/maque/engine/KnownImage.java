package io.maque.engine;

import io.maque.image.Size;
import io.maque.model.ImageGrid;

/**
 * A picture that the image cache has a name for.
 *
 * @param id stands for it in prompts, negative
 * @param grid how its rows lie in it
 * @param original size of the upright picture
 * @param processed size after preprocessing
 */
public record KnownImage(int id, ImageGrid grid, Size original, Size processed) {}
