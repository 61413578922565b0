package io.maque.chat;

/**
 * How closely a picture is to be looked at, in the words of OpenAI's API. Models that make every
 * picture the same size, as LLaVA and MiniGPT-4 do, look at all alike.
 */
public enum ImageDetail {
  /** As the model does by itself. */
  AUTO,
  /** Fewer tokens, for the gist of a picture. */
  LOW,
  /** As many tokens as the model takes, for small print. */
  HIGH
}
