package io.maque.grammar;

/**
 * One entry of a stack: where its rule stands, how many items that rule counted, and what is below.
 * Immutable; stacks share what they have in common.
 */
final class Frame {
  /** Below everything: what ends here ends the text. */
  static final Frame ROOT = new Frame(1);

  /** Below an unknown stack: what ends here goes on where we cannot see. */
  static final Frame UNKNOWN = new Frame(2);

  final State state;
  final int count;
  final Frame below;
  final int depth;
  private final int hash;

  private Frame(int hash) {
    this.state = null;
    this.count = 0;
    this.below = null;
    this.depth = 0;
    this.hash = hash;
  }

  Frame(State state, int count, Frame below) {
    this.state = state;
    this.count = count;
    this.below = below;
    this.depth = below.depth + 1;
    this.hash = 31 * (31 * below.hash + count) + System.identityHashCode(state);
  }

  boolean mayEnd() {
    return state.rule.mayEnd(state, count);
  }

  boolean mayGoOn() {
    return state.rule.mayGoOn(state, count);
  }

  int countBehind() {
    return state.rule.countBehind(state, count);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Frame frame && equal(this, frame);
  }

  private static boolean equal(Frame first, Frame second) {
    Frame a = first;
    Frame b = second;
    while (a != b) {
      if (a.hash != b.hash || a.depth != b.depth || a.state != b.state || a.count != b.count) {
        return false;
      }
      a = a.below;
      b = b.below;
      if (a == null || b == null) {
        return a == b;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
