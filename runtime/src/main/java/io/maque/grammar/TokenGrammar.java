package io.maque.grammar;

import io.maque.sampling.ConstraintFactory;
import io.maque.sampling.TokenConstraint;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A grammar over the tokens of a vocabulary: every answer it constrains is a text of the grammar,
 * and every text of the grammar that the vocabulary can spell, in whatever tokens, is possible.
 *
 * <p>What a state says of all tokens is found by one walk over the tree of the vocabulary when the
 * state is first met, and kept. A token whose bytes leave the rule, like {@code "},} behind a
 * string, depends on the stack; only such branches are walked again for every token.
 *
 * <p>Safe for any number of threads; answers of the same grammar share what was found.
 */
public final class TokenGrammar implements ConstraintFactory {
  /** Whole masks kept by configuration, for texts that come to the same point again. */
  private static final int KEPT_MASKS = 32;

  /** Bytes of masks kept by state; beyond this, all are forgotten. */
  private static final long MAX_MASK_BYTES = 16L << 20;

  private final Pushdown pushdown;
  private final TokenTrie trie;
  private final int words;
  private final Map<State, Mask> masks = new HashMap<>();
  private final Map<Config, long[]> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Config, long[]> eldest) {
          return size() > KEPT_MASKS;
        }
      };

  private final Config[] path;
  private final int[] itemPath;
  private final State[] statePath;
  private long maskBytes;

  public TokenGrammar(Grammar grammar, TokenTrie trie) {
    this.pushdown = new Pushdown(grammar);
    this.trie = trie;
    this.words = (trie.vocabularySize() + 63) >> 6;
    this.path = new Config[trie.maxLength() + 1];
    this.itemPath = new int[trie.maxLength() + 1];
    this.statePath = new State[trie.maxLength() + 1];
  }

  @Override
  public TokenConstraint create() {
    return new GrammarConstraint(this, trie);
  }

  synchronized Config start() {
    return pushdown.start();
  }

  /** Behind the bytes of a token. */
  synchronized Config accept(Config config, byte[] bytes) {
    Config at = pushdown.current(config);
    for (byte value : bytes) {
      at = pushdown.step(at, value & 0xFF);
    }
    return at;
  }

  /** The tokens that may come next; not to be written to. */
  synchronized long[] allowed(Config config) {
    Config at = pushdown.current(config);
    long[] found = kept.get(at);
    if (found == null) {
      found = new long[words];
      for (Frame top : at.tops) {
        addTokens(found, top);
      }
      if (at.mayEnd) {
        for (int id : trie.endTokens()) {
          found[id >> 6] |= 1L << id;
        }
      }
      kept.put(at, found);
    }
    return found;
  }

  private void addTokens(long[] found, Frame top) {
    Rule rule = top.state.rule;
    Mask mask = mask(top.state);
    if (top.depth - 1 + mask.height > Pushdown.MAX_HEIGHT) {
      walk(0, pushdown.at(top), found);
      return;
    }
    int left = rule.counted() ? rule.max - top.count : 0;
    int needed = rule.counted() ? rule.min - top.count : 0;
    mask.addTokens(found, left);
    if (top.below == Frame.ROOT) {
      return;
    }
    Config below = pushdown.at(top.below);
    int end = mask.endOfExits(left);
    for (int i = mask.firstExit(needed); i < end; i++) {
      walk(mask.exit(i), below, found);
    }
  }

  /** Adds the tokens below a node, {@code config} being where its text leads. */
  private void walk(int node, Config config, long[] found) {
    int base = trie.depth(node);
    path[base] = config;
    int end = trie.end(node);
    for (int at = node + 1; at < end; ) {
      Config next = pushdown.step(path[trie.depth(at) - 1], trie.label(at));
      if (next.dead()) {
        at = trie.end(at);
        continue;
      }
      for (int i = trie.firstToken(at); i < trie.firstToken(at + 1); i++) {
        found[trie.token(i) >> 6] |= 1L << trie.token(i);
      }
      path[trie.depth(at)] = next;
      at++;
    }
  }

  private Mask mask(State state) {
    Mask mask = masks.get(state);
    if (mask == null) {
      mask = state.rule.counted() ? countedMask(state) : plainMask(state);
      maskBytes += mask.bytes();
      if (maskBytes > MAX_MASK_BYTES) {
        masks.clear();
        maskBytes = mask.bytes();
      }
      masks.put(state, mask);
    }
    return mask;
  }

  private Mask plainMask(State state) {
    Mask.Builder mask = new Mask.Builder();
    path[0] = pushdown.at(new Frame(state, 0, Frame.UNKNOWN));
    int end = trie.end(0);
    for (int at = 1; at < end; ) {
      Config next = pushdown.step(path[trie.depth(at) - 1], trie.label(at));
      mask.reach(next.height);
      if (next.dead()) {
        at = trie.end(at);
        continue;
      }
      addTokens(mask, at, 0);
      if (next.mayLeave && trie.hasChildren(at)) {
        mask.addExit(at, 0);
      }
      path[trie.depth(at)] = next;
      at++;
    }
    return mask.build(trie.vocabularySize());
  }

  /** The items of a counted rule are counted from where {@code state} is, whatever came before. */
  private Mask countedMask(State state) {
    State boundary = state.rule.start;
    Mask.Builder mask = new Mask.Builder();
    statePath[0] = state;
    itemPath[0] = 0;
    int end = trie.end(0);
    for (int at = 1; at < end; ) {
      int above = trie.depth(at) - 1;
      State from = statePath[above];
      State next = from.step(trie.label(at));
      if (next == null) {
        at = trie.end(at);
        continue;
      }
      int items = itemPath[above] + (from == boundary ? 1 : 0);
      addTokens(mask, at, items);
      if (next == boundary && trie.hasChildren(at)) {
        mask.addExit(at, items);
      }
      statePath[above + 1] = next;
      itemPath[above + 1] = items;
      at++;
    }
    return mask.build(trie.vocabularySize());
  }

  private void addTokens(Mask.Builder mask, int node, int items) {
    for (int i = trie.firstToken(node); i < trie.firstToken(node + 1); i++) {
      mask.addToken(trie.token(i), items);
    }
  }
}
