package io.maque.chat;

/**
 * How the prompts of a model show where a picture stands.
 *
 * <p>Only a {@link Part.Image} makes such a place. Users may type {@code <image>}, {@code
 * <|image_pad|>} or {@code <ImageHere>} as they like; it is text.
 */
public sealed interface ImageMarkup {

  /**
   * The chat template gets contents as lists of parts and writes a token for each picture, as
   * Qwen3-VL's writes {@code <|image_pad|>}; the picture stands in the place of the token.
   *
   * @param token as the template spells it
   */
  record TemplateToken(String token) implements ImageMarkup {

    public TemplateToken {
      if (token.isEmpty()) {
        throw new IllegalArgumentException("token: expected a character or more, found ''");
      }
    }
  }

  /**
   * The chat template knows texts only. All pictures of a message stand before its text, which is
   * stripped of white space, each between {@code before} and {@code after}. The text on either side
   * of a picture is made tokens of on its own, as LLaVA and MiniGPT-4 were trained.
   *
   * @param before text before each picture
   * @param after text behind each picture
   */
  record SplitPoint(String before, String after) implements ImageMarkup {}
}
