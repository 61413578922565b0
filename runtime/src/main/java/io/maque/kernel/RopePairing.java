package io.maque.kernel;

/** Which two values of a head a rotary position embedding rotates together. */
public enum RopePairing {
  /** {@code (x[2i], x[2i+1])}: the original paper; GGUF files of the llama architecture. */
  NORM,
  /** {@code (x[i], x[i + n/2])}: GPT-NeoX and most later models. */
  NEOX
}
