/**
 * One file per text architecture: {@link io.maque.model.text.Qwen2}, {@link
 * io.maque.model.text.Llama}, {@link io.maque.model.text.Phi3}, {@link io.maque.model.text.Qwen3},
 * {@link io.maque.model.text.Gemma3}.
 *
 * <p>Each reads in the same order: what it is, its hyper-parameters ({@code Config}), its tensors
 * with their shapes ({@code Weights}), its block. What all of them do alike is in {@link
 * io.maque.model.text.Decoder}. An architecture that differs brings its own part; no part asks
 * which architecture it serves. Knows no image and no tokenizer. Start at {@link
 * io.maque.model.text.Qwen2}.
 */
package io.maque.model.text;
