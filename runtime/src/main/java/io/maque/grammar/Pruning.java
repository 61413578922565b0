package io.maque.grammar;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Drops what cannot come to an end: a rule that must call itself matches no finite text. */
final class Pruning {
  private final List<Rule> rules;
  private final Set<State> alive = new HashSet<>();
  private final Set<Rule> productive = new HashSet<>();

  Pruning(List<Rule> rules) {
    this.rules = rules;
  }

  void run(Rule start) {
    new Callers(rules).fixpoint(productive, this::productive);
    // What became alive in a rule that was productive before.
    rules.forEach(this::revive);
    if (!productive.contains(start)) {
      throw new GrammarException(
          "grammar rule %s: expected some finite text to match, found none: it contradicts"
                  .formatted(start.name)
              + " itself, or refers to itself without end");
    }
    for (Rule rule : rules) {
      rule.states.forEach(state -> state.keep(alive::contains, productive::contains));
    }
  }

  private boolean productive(Rule rule) {
    revive(rule);
    return rule.counted() && rule.min > 0 ? goesOn(rule.start) : alive.contains(rule.start);
  }

  /** Finds the states that reach the end of their rule; those made last are nearest to it. */
  private void revive(Rule rule) {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (State state : rule.states.reversed()) {
        changed |= !alive.contains(state) && (state.accepting || goesOn(state)) && alive.add(state);
      }
    }
  }

  private boolean goesOn(State state) {
    for (State target : state.targets()) {
      if (alive.contains(target)) {
        return true;
      }
    }
    for (int i = 0; i < state.callCount(); i++) {
      if (productive.contains(state.call(i)) && alive.contains(state.back(i))) {
        return true;
      }
    }
    return false;
  }
}
