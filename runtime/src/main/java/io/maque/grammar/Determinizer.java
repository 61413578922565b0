package io.maque.grammar;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The subset construction: states of the deterministic automaton are sets of states of the other. A
 * call is a symbol of the alphabet beside the 256 bytes.
 */
final class Determinizer {
  /** The most deterministic states of a grammar. */
  private static final int MAX_STATES = 50_000;

  /** The most edges looked at for a grammar; bounds the time. */
  private static final long MAX_WORK = 40_000_000;

  private final List<Rule> rules;
  private int states;
  private long work;

  /**
   * @param rules by the numbers that calls have
   */
  Determinizer(List<Rule> rules) {
    this.rules = rules;
  }

  /** A set of states as a key. */
  private record Subset(int[] members) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Subset(int[] others) && Arrays.equals(members, others);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(members);
    }
  }

  /** One conversion: what is the same for all subsets of an automaton. */
  private final class Conversion {
    private final Nfa nfa;
    private final int accept;
    private final Rule rule;
    private final Map<Subset, State> known = new HashMap<>();
    private final Deque<Subset> open = new ArrayDeque<>();
    private final int[] stamps;
    private int[] stack = new int[64];
    private int stamp;

    Conversion(Nfa nfa, int accept, Rule rule) {
      this.nfa = nfa;
      this.accept = accept;
      this.rule = rule;
      this.stamps = new int[nfa.size()];
    }

    State run(int start) {
      State first = state(new int[] {start}, 1);
      while (!open.isEmpty()) {
        Subset subset = open.remove();
        expand(subset, known.get(subset));
      }
      return first;
    }

    private State state(int[] members, int count) {
      Subset closure = closure(members, count);
      State state = known.get(closure);
      if (state == null) {
        if (++states > MAX_STATES) {
          throw tooLarge();
        }
        state = rule.newState();
        state.accepting = Arrays.binarySearch(closure.members, accept) >= 0;
        known.put(closure, state);
        open.add(closure);
      }
      return state;
    }

    /** All states reachable without reading, of those that matter: with a symbol, or the last. */
    private Subset closure(int[] members, int count) {
      stamp++;
      int size = 0;
      int[] found = new int[16];
      int depth = 0;
      for (int i = 0; i < count; i++) {
        depth = push(members[i], depth);
      }
      while (depth > 0) {
        int member = stack[--depth];
        boolean matters = member == accept;
        for (int edge = nfa.firstEdge(member); edge >= 0; edge = nfa.nextEdge(edge)) {
          spend();
          if (nfa.low(edge) == Nfa.EMPTY) {
            depth = push(nfa.target(edge), depth);
          } else {
            matters = true;
          }
        }
        if (matters) {
          found = size == found.length ? Arrays.copyOf(found, 2 * size) : found;
          found[size++] = member;
        }
      }
      int[] sorted = Arrays.copyOf(found, size);
      Arrays.sort(sorted);
      return new Subset(sorted);
    }

    private int push(int member, int depth) {
      if (stamps[member] == stamp) {
        return depth;
      }
      stamps[member] = stamp;
      if (depth == stack.length) {
        stack = Arrays.copyOf(stack, 2 * depth);
      }
      stack[depth] = member;
      return depth + 1;
    }

    private void expand(Subset subset, State state) {
      Targets[] byByte = new Targets[256];
      Map<Integer, Targets> byCall = new TreeMap<>();
      for (int member : subset.members) {
        for (int edge = nfa.firstEdge(member); edge >= 0; edge = nfa.nextEdge(edge)) {
          spend();
          if (nfa.low(edge) == Nfa.CALL) {
            byCall.computeIfAbsent(nfa.high(edge), number -> new Targets()).add(nfa.target(edge));
          } else if (nfa.low(edge) != Nfa.EMPTY) {
            work += nfa.high(edge) - nfa.low(edge);
            for (int value = nfa.low(edge); value <= nfa.high(edge); value++) {
              byByte[value] = byByte[value] == null ? new Targets() : byByte[value];
              byByte[value].add(nfa.target(edge));
            }
          }
        }
      }
      State previous = null;
      for (int value = 0; value < 256; value++) {
        if (byByte[value] != null) {
          boolean same = previous != null && byByte[value].sameAs(byByte[value - 1]);
          previous = same ? previous : state(byByte[value].ids, byByte[value].count);
          state.addBytes(value, value, previous);
        } else {
          previous = null;
        }
      }
      byCall.forEach(
          (called, targets) -> state.addCall(rules.get(called), state(targets.ids, targets.count)));
    }
  }

  /** States that edges of one symbol lead to. */
  private static final class Targets {
    private int[] ids = new int[2];
    private int count;

    void add(int id) {
      ids = count == ids.length ? Arrays.copyOf(ids, 2 * count) : ids;
      ids[count++] = id;
    }

    boolean sameAs(Targets other) {
      return Arrays.equals(ids, 0, count, other.ids, 0, other.count);
    }
  }

  /** Adds the states of {@code nfa} to {@code rule} and returns that for {@code start}. */
  State determinize(Nfa nfa, int start, int accept, Rule rule) {
    return new Conversion(nfa, accept, rule).run(start);
  }

  private void spend() {
    if (++work > MAX_WORK) {
      throw tooLarge();
    }
  }

  private static GrammarException tooLarge() {
    return new GrammarException(
        "grammar: expected automata of at most %d states, found more; make patterns and enums simpler"
            .formatted(MAX_STATES));
  }
}
