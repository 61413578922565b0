/**
 * What an architecture must offer ({@link io.maque.model.TextModel}), and what all of them need to
 * read a file: {@link io.maque.model.HyperParameters} and {@link io.maque.model.WeightReader}.
 *
 * <p>Knows no particular architecture, no tokenizer, no scheduler. The architectures are in the
 * packages below; to add one, read {@code model.text.Qwen2} first.
 */
package io.maque.model;
