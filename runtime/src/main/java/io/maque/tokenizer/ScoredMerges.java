package io.maque.tokenizer;

/**
 * SentencePiece's order: any two neighbours whose texts together are a token may be joined, the
 * highest score first.
 */
record ScoredMerges(Vocabulary vocabulary) implements MergeRules {
  @Override
  public int symbolEnd(byte[] text, int start) {
    return start + Utf8.length(text[start]);
  }

  @Override
  public int symbol(byte[] text, int from, int to) {
    return vocabulary.find(text, from, to);
  }

  @Override
  public long join(byte[] text, int[] tokens, int left, int middle, int end) {
    int joined = vocabulary.find(text, left, end);
    return joined < 0 ? NO_TOKEN : (long) priority(vocabulary.score(joined)) << 32 | joined;
  }

  /** Integers in the opposite order of the scores; adding zero makes the two zeros one. */
  private static int priority(float score) {
    int bits = Float.floatToIntBits(score + 0f);
    int ascending = bits < 0 ? bits ^ Integer.MAX_VALUE : bits;
    return ~ascending;
  }
}
