package io.maque.grammar;

import io.maque.sampling.TokenConstraint;

/** Where one answer stands in its grammar. */
final class GrammarConstraint implements TokenConstraint {
  private final TokenGrammar grammar;
  private final TokenTrie trie;
  private Config at;

  GrammarConstraint(TokenGrammar grammar, TokenTrie trie) {
    this.grammar = grammar;
    this.trie = trie;
    this.at = grammar.start();
  }

  @Override
  public long[] allowed() {
    long[] allowed = grammar.allowed(at);
    for (long word : allowed) {
      if (word != 0) {
        return allowed;
      }
    }
    throw new GrammarException(
        "grammar: expected a token that can go on, found none: the vocabulary cannot spell what"
            + " must come, or the answer nests too deep");
  }

  @Override
  public void accept(int id) {
    if (trie.endTokens().contains(id)) {
      return;
    }
    Config next = grammar.accept(at, trie.text(id));
    if (trie.text(id).length == 0 || next.dead()) {
      throw new IllegalArgumentException(
          "token %d: expected one that the grammar allows".formatted(id));
    }
    at = next;
  }

  @Override
  public boolean complete() {
    return at.tops.isEmpty();
  }
}
