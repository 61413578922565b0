package io.maque.server.schema;

import io.maque.sampling.TokenConstraint;
import io.maque.tokenizer.TokenDecoder;
import io.maque.tokenizer.Tokenizer;
import java.util.Random;

/**
 * A model that knows nothing: it draws among the tokens that a constraint allows, more often those
 * that bring a text to its end the longer the text is.
 */
final class Answering {
  private static final int MAX_TOKENS = 4000;

  private final Tokenizer tokenizer;
  private final Random random;

  /** How much a token helps to end a text; 0 for most. */
  private final int[] closing;

  Answering(Tokenizer tokenizer, Random random) {
    this.tokenizer = tokenizer;
    this.random = random;
    this.closing = new int[tokenizer.size()];
    for (int id = 0; id < closing.length; id++) {
      byte[] bytes = tokenizer.bytes(id);
      closing[id] = bytes.length == 1 ? 1 + ".b0n,]}a@\"".indexOf(bytes[0]) : 0;
    }
    tokenizer.endTokens().forEach(id -> closing[id] = 100);
  }

  /** A whole answer, and how many tokens it took. */
  record Answer(String text, int tokens) {}

  Answer answer(TokenConstraint constraint) {
    TokenDecoder decoder = tokenizer.continuation();
    StringBuilder text = new StringBuilder();
    for (int count = 1; count <= MAX_TOKENS; count++) {
      int id = choose(constraint.allowed(), random.nextInt(150) < Math.min(count, 120));
      constraint.accept(id);
      if (tokenizer.endTokens().contains(id)) {
        return new Answer(text + decoder.flush(), count);
      }
      text.append(decoder.accept(id));
      if (constraint.complete()) {
        return new Answer(text + decoder.flush(), count);
      }
    }
    throw new AssertionError(
        "no end after %d tokens: %s".formatted(MAX_TOKENS, text.substring(0, 500)));
  }

  private int choose(long[] allowed, boolean close) {
    int chosen = -1;
    int seen = 0;
    int best = 0;
    for (int word = 0; word < allowed.length; word++) {
      for (long bits = allowed[word]; bits != 0; bits &= bits - 1) {
        int id = 64 * word + Long.numberOfTrailingZeros(bits);
        int help = close ? closing[id] : 0;
        if (help > best) {
          best = help;
          seen = 0;
        }
        // Each candidate replaces the one before with the chance that makes all equally likely.
        if (help == best && random.nextInt(++seen) == 0) {
          chosen = id;
        }
      }
    }
    return chosen;
  }
}
