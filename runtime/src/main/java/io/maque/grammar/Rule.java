package io.maque.grammar;

import java.util.ArrayList;
import java.util.List;

/**
 * The automaton of one rule. That of a counted rule reads items from its {@link #start}, the
 * boundary, back to it; how many it read is part of the stack, so that a thousand repetitions take
 * no more states than one.
 */
final class Rule {
  /** For messages. */
  final String name;

  /** Least items of a counted rule. */
  final int min;

  /** Most items of a counted rule; 0 when the rule is not counted. */
  final int max;

  final List<State> states = new ArrayList<>();
  State start;

  private Rule(String name, int min, int max) {
    this.name = name;
    this.min = min;
    this.max = max;
  }

  static Rule plain(String name) {
    return new Rule(name, 0, 0);
  }

  static Rule counted(String name, int min, int max) {
    return new Rule(name, min, max);
  }

  boolean counted() {
    return max > 0;
  }

  State newState() {
    State state = new State(this);
    states.add(state);
    return state;
  }

  /** Whether the automaton may end in {@code state} after {@code count} items. */
  boolean mayEnd(State state, int count) {
    return state.accepting && (!counted() || count >= min);
  }

  /** Whether {@code state} may go on after {@code count} items. */
  boolean mayGoOn(State state, int count) {
    return !counted() || state != start || count < max;
  }

  /** The count behind an edge that leaves {@code state}; counts beyond the least need no number. */
  int countBehind(State state, int count) {
    if (!counted() || state != start) {
      return count;
    }
    return max == Expression.UNBOUNDED ? Math.min(count + 1, min) : count + 1;
  }
}
