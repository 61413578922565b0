/**
 * Text to token ids and back, for the two kinds of vocabulary that GGUF files carry: byte-level BPE
 * ({@code tokenizer.ggml.model} = {@code gpt2}) and SentencePiece BPE ({@code llama}).
 *
 * <p>Both kinds run the same four steps, which is why there is one {@link
 * io.maque.tokenizer.Tokenizer} and not a class per model: find special tokens, cut the text
 * between them into pieces, join the symbols of each piece best pair first, and spell what is left
 * in single bytes. A kind only brings its own cutter and its own order of pairs.
 *
 * <p>This package knows nothing of chat templates, models or prompts. It reads metadata, never
 * tensors. Start at {@link io.maque.tokenizer.Tokenizer}, then {@code MergingTokenizer}.
 */
package io.maque.tokenizer;
