package io.maque.server.tools;

/** A model whose chat template shows no way to call tools that is known. */
public final class UnsupportedToolsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedToolsException(String model) {
    super(
        ("model %s: its chat template shows no tool calls in the style of Hermes, Qwen or Llama 3;"
                + " leave tools out or use a model that knows them")
            .formatted(model));
  }
}
