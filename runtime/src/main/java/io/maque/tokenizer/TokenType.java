package io.maque.tokenizer;

/** Kinds of token, in the order of their numbers in {@code tokenizer.ggml.token_type}, from 1. */
public enum TokenType {
  /** A piece of text; the only type that joining symbols can produce. */
  NORMAL,
  /** Stands for text the vocabulary cannot spell. */
  UNKNOWN,
  /** A mark between parts of a prompt; its spelling means it only under {@link Special#PARSE}. */
  CONTROL,
  /** A spelling that is always this token, in user text too: runs of newlines, tags of tools. */
  USER_DEFINED,
  /** A row without meaning, such as padding; no text encodes to it. */
  UNUSED,
  /** One byte, spelled {@code <0x00>} to {@code <0xFF>}. */
  BYTE
}
