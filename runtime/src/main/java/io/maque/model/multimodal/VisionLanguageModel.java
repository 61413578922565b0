package io.maque.model.multimodal;

import io.maque.chat.ImageDetail;
import io.maque.chat.ImageMarkup;
import io.maque.image.Preprocessing;
import io.maque.model.ImageEncoder;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/**
 * A text model and an image encoder that were trained together, seen from the prompt: what becomes
 * of a picture, and where it stands. The widths of the two are compared before one is made.
 */
public interface VisionLanguageModel {

  /** The encoder, whose rows stand where the prompt has a picture. */
  ImageEncoder encoder();

  /**
   * How prompts show pictures.
   *
   * @param chatTemplate the template that conversations go through
   */
  ImageMarkup imageMarkup(String chatTemplate);

  /**
   * The chat template for files that carry none.
   *
   * @param tokenizer the vocabulary, which must have the tokens that the template writes
   * @return empty when Maque knows none that suits
   */
  Optional<String> builtInTemplate(Tokenizer tokenizer);

  /**
   * The chat template that conversations go through: the text model's own before the built-in one.
   *
   * @param stored the template of the text model's file
   * @return empty when there is none
   */
  default Optional<String> chatTemplate(Optional<String> stored, Tokenizer tokenizer) {
    return stored.or(() -> builtInTemplate(tokenizer));
  }

  /** Texts that end an answer, beside the end tokens of the vocabulary. */
  default List<String> stopSequences() {
    return List.of();
  }

  /** What becomes of a picture that is to be looked at this closely. */
  default Preprocessing preprocessing(ImageDetail detail) {
    return encoder().preprocessing();
  }
}
