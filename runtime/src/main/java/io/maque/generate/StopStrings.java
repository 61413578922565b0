package io.maque.generate;

import java.util.List;

/**
 * Ends a text at the first stop string, wherever pieces begin and end. Text that may turn out to be
 * the begin of a stop string is held back until that is decided.
 *
 * <p>The stop string that is complete first wins; of several that end at the same place the
 * longest. So the answer does not depend on how the text was cut into pieces.
 */
final class StopStrings {
  private final List<String> stops;
  private String held = "";
  private boolean matched;

  StopStrings(List<String> stops) {
    this.stops = stops;
  }

  /** Takes the next piece and returns the text that is certainly part of the answer. */
  String accept(String piece) {
    String text = held + piece;
    for (int end = held.length() + 1; end <= text.length(); end++) {
      int begin = stopEndingAt(text, end);
      if (begin >= 0) {
        matched = true;
        held = "";
        return text.substring(0, begin);
      }
    }
    int keep = longestBegunStop(text);
    held = text.substring(text.length() - keep);
    return text.substring(0, text.length() - keep);
  }

  /** Whether a stop string was found; nothing may follow then. */
  boolean matched() {
    return matched;
  }

  /** What is held back when the text ends without a stop string. */
  String flush() {
    String rest = held;
    held = "";
    return rest;
  }

  /** Where the longest stop string that ends at {@code end} begins; -1 when none does. */
  private int stopEndingAt(String text, int end) {
    int longest = 0;
    for (String stop : stops) {
      if (stop.length() > longest && text.startsWith(stop, end - stop.length())) {
        longest = stop.length();
      }
    }
    return longest == 0 ? -1 : end - longest;
  }

  /** Length of the longest end of {@code text} with which a stop string begins. */
  private int longestBegunStop(String text) {
    int longest = 0;
    for (String stop : stops) {
      int most = Math.min(stop.length() - 1, text.length());
      for (int length = most; length > longest; length--) {
        if (text.startsWith(stop.substring(0, length), text.length() - length)) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
