package io.maque.grammar;

import io.maque.grammar.Expression.Both;
import io.maque.grammar.Expression.Characters;
import io.maque.grammar.Expression.Choice;
import io.maque.grammar.Expression.Literal;
import io.maque.grammar.Expression.Range;
import io.maque.grammar.Expression.Reference;
import io.maque.grammar.Expression.Repeat;
import io.maque.grammar.Expression.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Expressions to automata, rule by rule. Short bounded repetitions are written out; long ones
 * become counted rules of their own.
 */
final class GrammarCompiler {
  private static final int MAX_DEPTH = 400;
  private static final int MAX_RULES = 20_000;

  /** Repetitions of at most this many states in all are written out. */
  private static final int MAX_WRITTEN_OUT = 256;

  /** As large as sizes get: no product of two overflows. */
  private static final long LARGE = 1_000_000;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<Rule> rules = new ArrayList<>();
  private final List<Expression> bodies = new ArrayList<>();
  private final Determinizer determinizer = new Determinizer(rules);
  private int nfaStates;

  /** The automata of all rules, those of counted repetitions behind the named ones. */
  List<Rule> compile(Map<String, Expression> named) {
    named.forEach((name, body) -> numbers.put(name, addRule(Rule.plain(name), body)));
    for (int number = 0; number < rules.size(); number++) {
      compile(rules.get(number), bodies.get(number));
    }
    return rules;
  }

  /** The number of a named rule. */
  int number(String name) {
    Integer number = numbers.get(name);
    if (number == null) {
      throw new GrammarException("grammar: no rule is called %s".formatted(name));
    }
    return number;
  }

  private int addRule(Rule rule, Expression body) {
    if (rules.size() == MAX_RULES) {
      throw new GrammarException(
          "grammar: expected at most %d rules, found more".formatted(MAX_RULES));
    }
    rules.add(rule);
    bodies.add(body);
    return rules.size() - 1;
  }

  private void compile(Rule rule, Expression body) {
    State start = automaton(body, rule, false);
    if (!rule.counted()) {
      rule.start = start;
      return;
    }
    boolean prefixFree =
        !start.accepting
            && rule.states.stream()
                .noneMatch(state -> state.hasCalls() || state.accepting && !state.last());
    if (!prefixFree) {
      rule.states.clear();
    }
    State boundary = rule.newState();
    boundary.accepting = true;
    rule.start = boundary;
    if (prefixFree) {
      boundary.copyEdges(start);
      rule.states.forEach(
          state -> state.redirect(target -> target.accepting && target != boundary, boundary));
    } else {
      int item = addRule(Rule.plain(rule.name), body);
      boundary.addCall(rules.get(item), boundary);
    }
  }

  private State automaton(Expression body, Rule rule, boolean regular) {
    Build build = new Build(rule.name, regular);
    int start = build.nfa.newState();
    int accept = build.nfa.newState();
    build.add(body, start, accept, 0);
    nfaStates += build.nfa.size();
    if (nfaStates > Nfa.MAX_STATES) {
      throw Nfa.tooLarge();
    }
    return determinizer.determinize(build.nfa, start, accept, rule);
  }

  /** The nondeterministic automaton of one body. */
  private final class Build {
    private final Nfa nfa = new Nfa();
    private final String name;

    /** Whether calls are forbidden, and repetitions therefore always written out. */
    private final boolean regular;

    Build(String name, boolean regular) {
      this.name = name;
      this.regular = regular;
    }

    private void add(Expression expression, int from, int to, int depth) {
      checkDepth(depth);
      switch (expression) {
        case Literal(String text) -> literal(text, from, to);
        case Characters(List<Range> ranges) ->
            ranges.forEach(range -> Utf8Ranges.add(nfa, from, range.first(), range.last(), to));
        case Sequence(List<Expression> parts) -> {
          int at = from;
          for (Expression part : parts) {
            int next = nfa.newState();
            add(part, at, next, depth + 1);
            at = next;
          }
          nfa.empty(at, to);
        }
        case Choice(List<Expression> options) ->
            options.forEach(option -> add(option, from, to, depth + 1));
        case Repeat repeat -> repeat(repeat, from, to, depth);
        case Both(Expression left, Expression right) -> both(left, right, from, to);
        case Reference(String rule) -> {
          if (regular) {
            throw new GrammarException(
                "grammar rule %s: expected no call of a rule in an intersection, found %s"
                    .formatted(name, rule));
          }
          nfa.call(from, number(rule), to);
        }
      }
    }

    private void literal(String text, int from, int to) {
      int at = from;
      for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
        int next = nfa.newState();
        nfa.read(at, value & 0xFF, value & 0xFF, next);
        at = next;
      }
      nfa.empty(at, to);
    }

    private void repeat(Repeat repeat, int from, int to, int depth) {
      boolean unbounded = repeat.max() == Expression.UNBOUNDED;
      int copies = unbounded ? repeat.min() : repeat.max();
      if (copies > 1 && !regular && copies * size(repeat.item(), depth) > MAX_WRITTEN_OUT) {
        nfa.call(from, addRule(Rule.counted(name, repeat.min(), repeat.max()), repeat.item()), to);
        return;
      }
      int at = from;
      for (int i = 0; i < copies; i++) {
        if (i >= repeat.min()) {
          nfa.empty(at, to);
        }
        int next = nfa.newState();
        add(repeat.item(), at, next, depth + 1);
        at = next;
      }
      if (unbounded) {
        int loop = nfa.newState();
        int next = nfa.newState();
        nfa.empty(at, loop);
        add(repeat.item(), loop, next, depth + 1);
        nfa.empty(next, loop);
        nfa.empty(loop, to);
      } else {
        nfa.empty(at, to);
      }
    }

    /** Runs both automata side by side. */
    private void both(Expression left, Expression right, int from, int to) {
      record Pair(State left, State right) {}
      Map<Pair, Integer> known = new HashMap<>();
      Deque<Pair> open = new ArrayDeque<>();
      Pair first =
          new Pair(
              automaton(left, Rule.plain(name), true), automaton(right, Rule.plain(name), true));
      known.put(first, nfa.newState());
      nfa.empty(from, known.get(first));
      open.add(first);
      while (!open.isEmpty()) {
        Pair pair = open.remove();
        int at = known.get(pair);
        if (pair.left.accepting && pair.right.accepting) {
          nfa.empty(at, to);
        }
        for (int value = 0; value < 256; value++) {
          State a = pair.left.step(value);
          State b = pair.right.step(value);
          if (a != null && b != null) {
            Pair next = new Pair(a, b);
            if (!known.containsKey(next)) {
              known.put(next, nfa.newState());
              open.add(next);
            }
            nfa.read(at, value, value, known.get(next));
          }
        }
      }
    }
  }

  /** About how many states an expression takes, or {@link #LARGE}. */
  private static long size(Expression expression, int depth) {
    checkDepth(depth);
    return Math.min(LARGE, wholeSize(expression, depth));
  }

  private static long wholeSize(Expression expression, int depth) {
    return switch (expression) {
      case Literal(String text) -> text.length();
      case Characters(List<Range> ranges) -> ranges.size();
      case Sequence(List<Expression> parts) ->
          parts.stream().mapToLong(part -> size(part, depth + 1)).sum();
      case Choice(List<Expression> options) ->
          options.stream().mapToLong(option -> size(option, depth + 1)).sum();
      case Repeat(Expression item, int min, int max) ->
          Math.max(1, max == Expression.UNBOUNDED ? min : max) * size(item, depth + 1);
      case Both(Expression left, Expression right) ->
          size(left, depth + 1) + size(right, depth + 1);
      case Reference _ -> 1;
    };
  }

  private static void checkDepth(int depth) {
    if (depth > MAX_DEPTH) {
      throw new GrammarException(
          "grammar: expected expressions at most %d deep, found a deeper one".formatted(MAX_DEPTH));
    }
  }
}
