package io.maque.grammar;

import java.util.Arrays;

/**
 * A nondeterministic automaton in the making: states, and edges that read a byte of a range, call a
 * rule, or read nothing. Edges of a state are a list through {@link #nextEdge}.
 */
final class Nfa {
  /** Bounds time and memory of what a hostile schema asks for. */
  static final int MAX_STATES = 200_000;

  /** {@code low} of an edge that reads nothing. */
  static final int EMPTY = -1;

  /** {@code low} of an edge that calls the rule {@code high}. */
  static final int CALL = -2;

  private int states;
  private int edges;
  private int[] firstEdge = new int[64];
  private int[] low = new int[64];
  private int[] high = new int[64];
  private int[] target = new int[64];
  private int[] nextEdge = new int[64];

  int newState() {
    if (states == MAX_STATES) {
      throw tooLarge();
    }
    if (states == firstEdge.length) {
      firstEdge = Arrays.copyOf(firstEdge, 2 * states);
    }
    firstEdge[states] = -1;
    return states++;
  }

  static GrammarException tooLarge() {
    return new GrammarException(
        "grammar: expected at most %d states, found more; allow fewer or shorter texts"
            .formatted(MAX_STATES));
  }

  void read(int from, int lowByte, int highByte, int to) {
    edge(from, lowByte, highByte, to);
  }

  void call(int from, int rule, int to) {
    edge(from, CALL, rule, to);
  }

  void empty(int from, int to) {
    edge(from, EMPTY, 0, to);
  }

  private void edge(int from, int edgeLow, int edgeHigh, int to) {
    if (edges == low.length) {
      low = Arrays.copyOf(low, 2 * edges);
      high = Arrays.copyOf(high, 2 * edges);
      target = Arrays.copyOf(target, 2 * edges);
      nextEdge = Arrays.copyOf(nextEdge, 2 * edges);
    }
    low[edges] = edgeLow;
    high[edges] = edgeHigh;
    target[edges] = to;
    nextEdge[edges] = firstEdge[from];
    firstEdge[from] = edges++;
  }

  int size() {
    return states;
  }

  /** The first edge of a state, or -1. */
  int firstEdge(int state) {
    return firstEdge[state];
  }

  /** The edge of the same state after {@code edge}, or -1. */
  int nextEdge(int edge) {
    return nextEdge[edge];
  }

  int low(int edge) {
    return low[edge];
  }

  int high(int edge) {
    return high[edge];
  }

  int target(int edge) {
    return target[edge];
  }
}
