/**
 * Checkpoints of other frameworks to GGUF: which tensor becomes which, in which layout, and the
 * keys that say how to compute with them. Names and values are those of llama.cpp's converter. One
 * file per architecture; {@link io.maque.hub.convert.Qwen2} is the one to read first. Must not know
 * networks or the store, nor compute with a model. Start at {@link io.maque.hub.convert.Converter}.
 */
package io.maque.hub.convert;
