package io.maque.tokenizer;

import java.util.List;

/**
 * Segments joined to one text that still knows where control spellings mean the token. Asked from
 * left to right.
 */
final class SegmentedText {
  private final String text;
  private final List<TextSegment> segments;
  private int nextSegment;
  private int runEnd;
  private boolean runParses;

  private SegmentedText(String text, List<TextSegment> segments) {
    this.text = text;
    this.segments = segments;
  }

  static SegmentedText join(List<TextSegment> segments, int maxCharacters) {
    long length = segments.stream().mapToLong(segment -> segment.text().length()).sum();
    if (length > maxCharacters) {
      throw new IllegalArgumentException(
          "text: expected at most %d characters, found %d; send less"
              .formatted(maxCharacters, length));
    }
    if (segments.size() == 1) {
      return new SegmentedText(segments.getFirst().text(), segments);
    }
    StringBuilder joined = new StringBuilder((int) length);
    segments.forEach(segment -> joined.append(segment.text()));
    return new SegmentedText(joined.toString(), segments);
  }

  String text() {
    return text;
  }

  /**
   * Where the run of {@link Special#PARSE} segments around {@code at} ends; {@code at} when it lies
   * in none. Never ask for an earlier place than before.
   */
  int parseEnd(int at) {
    while (at >= runEnd && nextSegment < segments.size()) {
      readRun();
    }
    return runParses && at < runEnd ? runEnd : at;
  }

  /** Moves on to the next run of neighbouring segments of one kind. */
  private void readRun() {
    runParses = segments.get(nextSegment).special() == Special.PARSE;
    while (nextSegment < segments.size()
        && (segments.get(nextSegment).special() == Special.PARSE) == runParses) {
      runEnd += segments.get(nextSegment++).text().length();
    }
  }
}
