package io.maque.grammar;

import java.util.List;
import java.util.Map;

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
    new LeftRecursion(compiled).refuse();
    return new Grammar(first);
  }

  Rule start() {
    return start;
  }
}
