/**
 * Weights as others publish them: safetensors, alone or in shards, and what PyTorch saves. Names,
 * shapes and mapped bytes; nothing in a file is executed, and nothing is believed before it was
 * checked. Must not know GGUF, nor what a tensor is for. Start at {@link
 * io.maque.hub.checkpoint.Checkpoint}.
 */
package io.maque.hub.checkpoint;
