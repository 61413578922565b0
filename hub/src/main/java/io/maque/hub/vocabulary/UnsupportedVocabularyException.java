package io.maque.hub.vocabulary;

import io.maque.hub.reference.HubException;

/**
 * A tokenizer is missing, damaged, or behaves in a way that GGUF has no keys for. The message says
 * what was found, what was expected and where.
 */
public final class UnsupportedVocabularyException extends HubException {
  private static final long serialVersionUID = 1L;

  public UnsupportedVocabularyException(String message) {
    super(message);
  }

  public UnsupportedVocabularyException(String message, Throwable cause) {
    super(message, cause);
  }
}
