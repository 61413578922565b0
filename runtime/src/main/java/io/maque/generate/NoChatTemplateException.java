package io.maque.generate;

/** A conversation was sent to a model whose file has no chat template. */
public final class NoChatTemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoChatTemplateException(String model) {
    super(
        ("model %s: expected a chat template under tokenizer.chat_template, found none; it was"
                + " likely not trained to converse, so give it plain text to continue")
            .formatted(model));
  }
}
