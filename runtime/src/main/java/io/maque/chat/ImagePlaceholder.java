package io.maque.chat;

/**
 * What stands for a picture among token ids.
 *
 * @param id negative, so that it is no token; the same picture has the same everywhere
 * @param tokens how many positions the picture takes
 */
public record ImagePlaceholder(int id, int tokens) {

  public ImagePlaceholder {
    if (id >= 0 || tokens < 1) {
      throw new IllegalArgumentException(
          "expected a negative id and one position or more, found id %d and %d positions"
              .formatted(id, tokens));
    }
  }
}
