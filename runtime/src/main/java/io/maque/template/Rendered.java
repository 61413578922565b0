package io.maque.template;

import java.util.List;

/**
 * A rendered template.
 *
 * @param text the whole text
 * @param inputRanges the stretches that came from strings of the context and so must be read as
 *     plain text, never as control tokens: ascending, not touching each other. Where an operation
 *     of the template mixed both origins beyond tracing, the whole result counts as input
 */
public record Rendered(String text, List<Range> inputRanges) {
  public Rendered {
    inputRanges = List.copyOf(inputRanges);
  }
}
