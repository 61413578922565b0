package io.maque.grammar;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * A state of the deterministic automaton of one rule. Reading a byte or returning from a call leads
 * to another state of the same rule.
 */
final class State {
  /** The rule it belongs to. */
  final Rule rule;

  /** Whether the rule may end here; of a counted rule's boundary, if the count allows it. */
  boolean accepting;

  private int[] low = {};
  private int[] high = {};
  private State[] targets = {};
  private Rule[] calls = {};
  private State[] returns = {};

  State(Rule rule) {
    this.rule = rule;
  }

  /** Adds bytes beyond those added before. */
  void addBytes(int lowByte, int highByte, State target) {
    int last = low.length - 1;
    if (last >= 0 && targets[last] == target && high[last] + 1 == lowByte) {
      high[last] = highByte;
      return;
    }
    low = append(low, lowByte);
    high = append(high, highByte);
    targets = Arrays.copyOf(targets, targets.length + 1);
    targets[targets.length - 1] = target;
  }

  void addCall(Rule called, State back) {
    calls = Arrays.copyOf(calls, calls.length + 1);
    calls[calls.length - 1] = called;
    returns = Arrays.copyOf(returns, returns.length + 1);
    returns[returns.length - 1] = back;
  }

  private static int[] append(int[] values, int value) {
    int[] longer = Arrays.copyOf(values, values.length + 1);
    longer[values.length] = value;
    return longer;
  }

  /** Takes over the edges of another state. */
  void copyEdges(State other) {
    low = other.low.clone();
    high = other.high.clone();
    targets = other.targets.clone();
    calls = other.calls.clone();
    returns = other.returns.clone();
  }

  /** The state behind a byte, or null. */
  State step(int value) {
    int from = 0;
    int to = low.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (high[middle] < value) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from < low.length && low[from] <= value ? targets[from] : null;
  }

  boolean readsBytes() {
    return low.length > 0;
  }

  boolean hasCalls() {
    return calls.length > 0;
  }

  /** Whether nothing can follow in this rule. */
  boolean last() {
    return !readsBytes() && !hasCalls();
  }

  int callCount() {
    return calls.length;
  }

  Rule call(int i) {
    return calls[i];
  }

  /** Where call {@code i} returns to. */
  State back(int i) {
    return returns[i];
  }

  State[] targets() {
    return targets;
  }

  /** Replaces the states that edges by bytes lead to: {@code from} becomes {@code to}. */
  void redirect(Predicate<State> from, State to) {
    for (int i = 0; i < targets.length; i++) {
      if (from.test(targets[i])) {
        targets[i] = to;
      }
    }
  }

  /** Drops edges and calls that lead nowhere. */
  void keep(Predicate<State> alive, Predicate<Rule> productive) {
    State kept = new State(rule);
    for (int i = 0; i < low.length; i++) {
      if (alive.test(targets[i])) {
        kept.addBytes(low[i], high[i], targets[i]);
      }
    }
    for (int i = 0; i < calls.length; i++) {
      if (productive.test(calls[i]) && alive.test(returns[i])) {
        kept.addCall(calls[i], returns[i]);
      }
    }
    copyEdges(kept);
  }
}
