package io.maque.grammar;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Which rules call which, to find out what holds for all of them without asking all again. */
final class Callers {
  private final List<Rule> rules;
  private final Map<Rule, Set<Rule>> callers = new HashMap<>();

  Callers(List<Rule> rules) {
    this.rules = rules;
    for (Rule rule : rules) {
      for (State state : rule.states) {
        for (int i = 0; i < state.callCount(); i++) {
          callers.computeIfAbsent(state.call(i), called -> new LinkedHashSet<>()).add(rule);
        }
      }
    }
  }

  /**
   * The least set of rules with a property that those they call may give them.
   *
   * @param holds whether a rule has it, given the set as it is
   */
  Set<Rule> fixpoint(Set<Rule> found, Predicate<Rule> holds) {
    Deque<Rule> open = new ArrayDeque<>(rules);
    Set<Rule> waiting = new HashSet<>(rules);
    while (!open.isEmpty()) {
      Rule rule = open.remove();
      waiting.remove(rule);
      if (!found.contains(rule) && holds.test(rule)) {
        found.add(rule);
      } else {
        continue;
      }
      for (Rule caller : callers.getOrDefault(rule, Set.of())) {
        if (waiting.add(caller)) {
          open.add(caller);
        }
      }
    }
    return found;
  }
}
