/**
 * Tokenizers as Hugging Face's libraries and SentencePiece save them, to the keys that a GGUF file
 * has for them. A behaviour that those keys cannot express is refused by name, never guessed. Must
 * not know weights. Start at {@link io.maque.hub.vocabulary.VocabularyKeys}.
 */
package io.maque.hub.vocabulary;
