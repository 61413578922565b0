package io.maque.engine;

/** Why a sequence came to its end. */
public enum FinishReason {
  /** The model gave one of its end tokens, or the listener saw a stop string. */
  STOP,
  /** The most tokens asked for were reached, or the context was full. */
  LENGTH,
  /** Someone cancelled it. */
  CANCELLED,
  /** Its time was over. */
  DEADLINE
}
