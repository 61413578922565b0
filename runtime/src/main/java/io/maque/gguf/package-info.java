/**
 * GGUF files: reading (header, metadata, tensor directory, split files) and writing.
 *
 * <p>A file comes from outside, so nothing in it is believed: every count, length, extent and
 * offset is proven against the file before memory proportional to it is taken, and what is wrong
 * becomes a {@link io.maque.gguf.GgufFormatException}. After {@link io.maque.gguf.GgufFile#open}
 * succeeds, every tensor is a slice that lies wholly inside the mapped file, and nobody needs to
 * check again.
 *
 * <p>This package does not know what keys and tensors mean; that is the business of {@code
 * tokenizer} and {@code model}. Start at {@link io.maque.gguf.GgufFile}.
 */
package io.maque.gguf;
