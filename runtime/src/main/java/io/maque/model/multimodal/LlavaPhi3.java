package io.maque.model.multimodal;

import io.maque.chat.ImageMarkup;
import io.maque.model.ImageEncoder;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/**
 * LLaVA-Phi3-mini (xtuner): CLIP ViT-L/14-336, a projector of two layers, and Phi-3-mini, whose
 * weights come as the architecture {@code phi3} or rewritten to {@code llama}. LLaVA-1.5 of other
 * text models works alike where the file has a chat template.
 *
 * <p>Pictures come first in a message, each followed by a line break, as {@code <image>\n} did in
 * training; the 576 rows of a picture take ordinary positions.
 *
 * <p>Liu et al. 2023, arXiv 2310.03744; the prompt is {@code phi3_chat} of xtuner.
 */
public record LlavaPhi3(ImageEncoder encoder) implements VisionLanguageModel {
  /** What templates write that get contents as lists of parts, as transformers has them. */
  private static final String IMAGE_TOKEN = "<image>";

  private static final List<String> PHI3_TOKENS =
      List.of("<|system|>", "<|user|>", "<|assistant|>", "<|end|>");

  private static final String PHI3_TEMPLATE =
      """
      {%- for message in messages -%}
      {{ '<|' + message.role + '|>\\n' + message.content + '<|end|>\\n' }}
      {%- endfor -%}
      {%- if add_generation_prompt -%}{{ '<|assistant|>\\n' }}{%- endif -%}
      """;

  @Override
  public ImageMarkup imageMarkup(String chatTemplate) {
    return chatTemplate.contains(IMAGE_TOKEN)
        ? new ImageMarkup.TemplateToken(IMAGE_TOKEN)
        : new ImageMarkup.SplitPoint("", "\n");
  }

  @Override
  public Optional<String> builtInTemplate(Tokenizer tokenizer) {
    return PHI3_TOKENS.stream().allMatch(token -> tokenizer.find(token).isPresent())
        ? Optional.of(PHI3_TEMPLATE)
        : Optional.empty();
  }
}
