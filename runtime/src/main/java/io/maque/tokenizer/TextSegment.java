package io.maque.tokenizer;

import java.util.Objects;

/**
 * A part of a prompt and what control-token spellings in it mean. Neighbouring segments are encoded
 * as the one text they form; see {@link Tokenizer#encode(java.util.List)}.
 *
 * @param text any characters; may be empty
 * @param special {@link Special#TEXT} for what a user wrote, {@link Special#PARSE} for what a
 *     template wrote
 */
public record TextSegment(String text, Special special) {
  public TextSegment {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(special, "special");
  }
}
