package io.maque.model.multimodal;

import io.maque.chat.ImageDetail;
import io.maque.chat.ImageMarkup;
import io.maque.gguf.GgufFile;
import io.maque.image.Geometry.SmartResize;
import io.maque.image.Preprocessing;
import io.maque.model.HyperParameters;
import io.maque.model.ImageEncoder;
import io.maque.model.TextModelConfig;
import io.maque.model.UnsupportedModelException;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/**
 * Qwen3-VL, the dense sizes: a vision transformer for pictures of any shape, and Qwen3 with rotary
 * positions of time, line and column.
 *
 * <p>Pictures stand anywhere in a text, each between two marks. A picture takes as many tokens as
 * it has squares of 32 × 32 pixels; its {@link ImageDetail} and the context length say how large it
 * may be.
 *
 * <p>Bai et al. 2025, arXiv 2511.21631.
 *
 * @param contextLength longest sequence
 */
public record Qwen3Vl(ImageEncoder encoder, int contextLength) implements VisionLanguageModel {
  private static final String TEXT_ARCHITECTURE = "qwen3vl";
  private static final String REMEDY =
      "give the image encoder that was published with this text model";

  private static final String IMAGE_TOKEN = "<|image_pad|>";

  /** As much as 512 × 512 pixels have. */
  private static final long LOW_DETAIL_TOKENS = 256;

  /** As much as 2048 × 2048 pixels have; a processor needs minutes for more. */
  private static final long AUTO_DETAIL_TOKENS = 4096;

  private static final List<String> TEMPLATE_TOKENS =
      List.of("<|im_start|>", "<|im_end|>", "<|vision_start|>", IMAGE_TOKEN, "<|vision_end|>");

  private static final String TEMPLATE =
      """
      {%- for message in messages -%}
      {{ '<|im_start|>' + message.role + '\\n' }}
      {%- if message.content is string -%}
      {{ message.content }}
      {%- else -%}
      {%- for part in message.content -%}
      {%- if part.type == 'image' -%}
      {{ '<|vision_start|><|image_pad|><|vision_end|>' }}
      {%- else -%}
      {{ part.text }}
      {%- endif -%}
      {%- endfor -%}
      {%- endif -%}
      {{ '<|im_end|>\\n' }}
      {%- endfor -%}
      {%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' }}{%- endif -%}
      """;

  /**
   * Joins an encoder and a text model.
   *
   * @param textFile of the text model, which says how many of its layers get something added
   * @param contextLength longest sequence
   * @throws UnsupportedModelException when the text model has no use for its rows
   */
  public static Qwen3Vl of(
      ImageEncoder encoder, GgufFile textFile, TextModelConfig text, int contextLength) {
    if (!text.architecture().equals(TEXT_ARCHITECTURE)) {
      throw new UnsupportedModelException(
          "the image encoder of Qwen3-VL: expected a text model of architecture %s, found %s; %s"
              .formatted(TEXT_ARCHITECTURE, text.architecture(), REMEDY));
    }
    int layers =
        new HyperParameters(textFile, TEXT_ARCHITECTURE)
            .findInteger("n_deepstack_layers", 0, text.blockCount())
            .orElse(Math.min(encoder.deepstackLayers(), text.blockCount()));
    if (encoder.deepstackLayers() != layers) {
      throw new UnsupportedModelException(
          "the image encoder adds to %d layers, the text model expects it of %d; %s"
              .formatted(encoder.deepstackLayers(), layers, REMEDY));
    }
    return new Qwen3Vl(encoder, contextLength);
  }

  @Override
  public ImageMarkup imageMarkup(String chatTemplate) {
    return new ImageMarkup.TemplateToken(IMAGE_TOKEN);
  }

  @Override
  public Optional<String> builtInTemplate(Tokenizer tokenizer) {
    return TEMPLATE_TOKENS.stream().allMatch(token -> tokenizer.find(token).isPresent())
        ? Optional.of(TEMPLATE)
        : Optional.empty();
  }

  /** Not the stored one where that was written for texts alone. */
  @Override
  public Optional<String> chatTemplate(Optional<String> stored, Tokenizer tokenizer) {
    return stored
        .filter(template -> template.contains(IMAGE_TOKEN))
        .or(() -> builtInTemplate(tokenizer));
  }

  /**
   * The published processor's bounds of pixels. Unless a picture is to be seen in {@link
   * ImageDetail#HIGH full}, the upper one is lowered, to half of the context at most.
   */
  @Override
  public Preprocessing preprocessing(ImageDetail detail) {
    Preprocessing published = encoder.preprocessing();
    if (!(published.geometry() instanceof SmartResize(int factor, long least, long most))) {
      return published;
    }
    long token = (long) factor * factor;
    long pixels =
        switch (detail) {
          case LOW -> Math.min(LOW_DETAIL_TOKENS, contextLength / 2) * token;
          case AUTO -> Math.min(AUTO_DETAIL_TOKENS, contextLength / 2) * token;
          case HIGH -> most;
        };
    long bound = Math.clamp(pixels, least, most);
    return new Preprocessing(new SmartResize(factor, least, bound), published.normalization());
  }
}
