package io.maque.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds rules that call themselves before they read anything: their stacks would have no end. */
final class LeftRecursion {
  private final List<Rule> rules;
  private final Set<Rule> nullable = new HashSet<>();
  private final Set<Rule> done = new HashSet<>();
  private final Set<Rule> onPath = new HashSet<>();
  private final Deque<Step> path = new ArrayDeque<>();

  /** A rule on the path, and the rules it calls first that are still to be looked at. */
  private record Step(Rule rule, Deque<Rule> calls) {}

  LeftRecursion(List<Rule> rules) {
    this.rules = rules;
  }

  void refuse() {
    new Callers(rules)
        .fixpoint(
            nullable,
            rule -> beforeReading(rule).stream().anyMatch(state -> rule.mayEnd(state, 0)));
    for (Rule root : rules) {
      enter(root);
      while (!path.isEmpty()) {
        Rule next = path.peek().calls().poll();
        if (next == null) {
          Rule left = path.pop().rule();
          onPath.remove(left);
          done.add(left);
        } else {
          enter(next);
        }
      }
    }
  }

  private void enter(Rule rule) {
    if (done.contains(rule)) {
      return;
    }
    if (!onPath.add(rule)) {
      throw new GrammarException(
          "grammar rule %s: expected it to read something before it calls itself"
              .formatted(rule.name));
    }
    Deque<Rule> calls = new ArrayDeque<>();
    for (State state : beforeReading(rule)) {
      for (int i = 0; i < state.callCount(); i++) {
        if (rule.counted() && nullable.contains(state.call(i))) {
          throw new GrammarException(
              "grammar rule %s: expected a counted repetition of something that is never empty"
                  .formatted(rule.name));
        }
        calls.add(state.call(i));
      }
    }
    path.push(new Step(rule, calls));
  }

  /** The states of a rule that are reached before anything is read. */
  private List<State> beforeReading(Rule rule) {
    List<State> reached = new ArrayList<>(List.of(rule.start));
    Set<State> seen = new HashSet<>(reached);
    for (int at = 0; at < reached.size(); at++) {
      State state = reached.get(at);
      for (int i = 0; i < state.callCount(); i++) {
        if (nullable.contains(state.call(i)) && seen.add(state.back(i))) {
          reached.add(state.back(i));
        }
      }
    }
    return reached;
  }
}
