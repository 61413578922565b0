/**
 * A GGUF file to a smaller one: which tensors become which format, and the streaming that does it.
 *
 * <p>The choice of formats ({@link io.maque.hub.quantize.Mixture}) and every byte of the tensors
 * are those of llama.cpp's {@code llama_model_quantize} without an importance matrix. Knows nothing
 * of the store, of networks or of what a model computes. Start at {@link
 * io.maque.hub.quantize.Quantizer}.
 */
package io.maque.hub.quantize;
