package io.maque.tokenizer;

/** Whether spellings of control tokens, such as {@code <|im_end|>}, mean the token or the text. */
public enum Special {
  /** They are plain text: what a user typed can never become a control token. */
  TEXT,
  /** They become the control token: text written by a chat template. */
  PARSE
}
