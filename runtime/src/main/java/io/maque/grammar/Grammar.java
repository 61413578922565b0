package io.maque.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rules compiled to automata over bytes. Every state that is left can reach the end of its rule.
 * Immutable.
 */
public final class Grammar {
  private final Rule start;

  private Grammar(Rule start) {
    this.start = start;
  }

  /**
   * Compiles rules.
   *
   * @param rules by their names
   * @param start the rule that a whole text matches
   * @throws GrammarException when a rule is missing, calls itself before it reads anything, the
   *     start rule matches no finite text, or the grammar is too large
   */
  public static Grammar compile(Map<String, Expression> rules, String start) {
    GrammarCompiler compiler = new GrammarCompiler();
    List<Rule> compiled = compiler.compile(rules);
    Rule first = compiled.get(compiler.number(start));
    new Pruning(compiled).run(first);
    refuseLeftRecursion(compiled);
    return new Grammar(first);
  }

  Rule start() {
    return start;
  }

  /** Drops what cannot come to an end: a rule that must call itself matches no finite text. */
  private static final class Pruning {
    private final List<Rule> rules;
    private final Set<State> alive = new HashSet<>();
    private final Set<Rule> productive = new HashSet<>();

    Pruning(List<Rule> rules) {
      this.rules = rules;
    }

    void run(Rule start) {
      boolean changed = true;
      while (changed) {
        changed = false;
        for (Rule rule : rules.reversed()) {
          for (State state : rule.states.reversed()) {
            changed |= !alive.contains(state) && ends(state) && alive.add(state);
          }
          changed |= !productive.contains(rule) && productive(rule) && productive.add(rule);
        }
      }
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

    private boolean ends(State state) {
      return state.accepting || goesOn(state);
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

    private boolean productive(Rule rule) {
      return rule.counted() && rule.min > 0 ? goesOn(rule.start) : alive.contains(rule.start);
    }
  }

  private static void refuseLeftRecursion(List<Rule> rules) {
    Set<Rule> nullable = nullable(rules);
    Set<Rule> done = new HashSet<>();
    for (Rule root : rules) {
      Deque<Rule> path = new ArrayDeque<>();
      Deque<Deque<Rule>> pending = new ArrayDeque<>();
      Set<Rule> onPath = new HashSet<>();
      visit(root, path, pending, onPath, nullable);
      while (!path.isEmpty()) {
        Rule next = pending.peek().poll();
        if (next == null) {
          pending.pop();
          onPath.remove(path.peek());
          done.add(path.pop());
        } else if (onPath.contains(next)) {
          throw new GrammarException(
              "grammar rule %s: expected it to read something before it calls itself"
                  .formatted(next.name));
        } else if (!done.contains(next)) {
          visit(next, path, pending, onPath, nullable);
        }
      }
    }
  }

  private static void visit(
      Rule rule,
      Deque<Rule> path,
      Deque<Deque<Rule>> pending,
      Set<Rule> onPath,
      Set<Rule> nullable) {
    path.push(rule);
    onPath.add(rule);
    Deque<Rule> calls = new ArrayDeque<>();
    for (State state : beforeReading(rule, nullable)) {
      for (int i = 0; i < state.callCount(); i++) {
        calls.add(state.call(i));
        if (rule.counted() && nullable.contains(state.call(i))) {
          throw new GrammarException(
              "grammar rule %s: expected a counted repetition of something that is never empty"
                  .formatted(rule.name));
        }
      }
    }
    pending.push(calls);
  }

  private static Set<Rule> nullable(List<Rule> rules) {
    Set<Rule> nullable = new HashSet<>();
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Rule rule : rules) {
        boolean empty =
            beforeReading(rule, nullable).stream().anyMatch(state -> rule.mayEnd(state, 0));
        changed |= empty && nullable.add(rule);
      }
    }
    return nullable;
  }

  /** The states of a rule that are reached before anything is read. */
  private static List<State> beforeReading(Rule rule, Set<Rule> nullable) {
    List<State> reached = new ArrayList<>(List.of(rule.start));
    for (int at = 0; at < reached.size(); at++) {
      State state = reached.get(at);
      for (int i = 0; i < state.callCount(); i++) {
        if (nullable.contains(state.call(i)) && !reached.contains(state.back(i))) {
          reached.add(state.back(i));
        }
      }
    }
    return reached;
  }
}
