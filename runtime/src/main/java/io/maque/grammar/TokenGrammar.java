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
    mask.addTokens(found, left);
    if (top.below == Frame.ROOT) {
      return;
    }
    Config below = pushdown.at(top.below);
    if (rule.counted()) {
      addBehindItems(found, top, below, mask, left);
      return;
    }
    for (int i = 0; i < mask.exits().size(); i++) {
      walk(mask.exits().value(i), below, found);
    }
  }

  /** Adds the tokens that end a counted rule and go on below it. */
  private void addBehindItems(long[] found, Frame top, Config below, Mask mask, int left) {
    int needed = top.state.rule.min - top.count;
    for (int label = 0; label < 256; label++) {
      Config next = pushdown.step(below, label);
      if (next.dead()) {
        continue;
      }
      ItemList exits = mask.exits(label);
      if (exits == null) {
        exits = countedExits(top.state, label);
        mask.setExits(label, exits);
        grow(8 * exits.size());
      }
      int end = exits.upTo(left);
      for (int i = exits.first(needed); i < end; i++) {
        addTokens(found, exits.value(i));
        walk(exits.value(i), next, found);
      }
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
      addTokens(found, at);
      path[trie.depth(at)] = next;
      at++;
    }
  }

  private void addTokens(long[] found, int node) {
    for (int i = trie.firstToken(node); i < trie.firstToken(node + 1); i++) {
      found[trie.token(i) >> 6] |= 1L << trie.token(i);
    }
  }

  private Mask mask(State state) {
    Mask mask = masks.get(state);
    if (mask == null) {
      mask = state.rule.counted() ? countedMask(state) : plainMask(state);
      grow(mask.bytes());
      masks.put(state, mask);
    }
    return mask;
  }

  private void grow(int bytes) {
    maskBytes += bytes;
    if (maskBytes > MAX_MASK_BYTES) {
      masks.clear();
      maskBytes = bytes;
    }
  }

  private Mask plainMask(State state) {
    ItemList.Builder tokens = new ItemList.Builder();
    ItemList.Builder exits = new ItemList.Builder();
    int height = 1;
    path[0] = pushdown.at(new Frame(state, 0, Frame.UNKNOWN));
    int end = trie.end(0);
    for (int at = 1; at < end; ) {
      Config next = pushdown.step(path[trie.depth(at) - 1], trie.label(at));
      height = Math.max(height, next.height);
      if (next.dead()) {
        at = trie.end(at);
        continue;
      }
      addTokens(tokens, at, 0);
      if (next.mayLeave && trie.hasChildren(at)) {
        exits.add(at, 0);
      }
      path[trie.depth(at)] = next;
      at++;
    }
    return new Mask(tokens.build(), exits.build(), height, trie.vocabularySize());
  }

  private Mask countedMask(State state) {
    ItemList.Builder tokens = new ItemList.Builder();
    walkItems(
        state,
        (node, items, atBoundary, next) -> {
          if (next != null) {
            addTokens(tokens, node, items);
          }
        });
    return new Mask(tokens.build(), null, 1, trie.vocabularySize());
  }

  private ItemList countedExits(State state, int label) {
    ItemList.Builder exits = new ItemList.Builder();
    walkItems(
        state,
        (node, items, atBoundary, next) -> {
          if (atBoundary && trie.label(node) == label) {
            exits.add(node, next == null ? items : items - 1);
          }
        });
    return exits.build();
  }

  /** Hears of the nodes of a walk through a counted rule. */
  @FunctionalInterface
  private interface ItemVisitor {
    /**
     * @param items how many items began on the way to the node, the node's own included
     * @param atBoundary whether the rule could have ended before the node, inside a token
     * @param next the state behind the node; null when the rule cannot read it
     */
    void visit(int node, int items, boolean atBoundary, State next);
  }

  /** The items of a counted rule are counted from where {@code state} is, whatever came before. */
  private void walkItems(State state, ItemVisitor visitor) {
    State boundary = state.rule.start;
    statePath[0] = state;
    itemPath[0] = 0;
    int end = trie.end(0);
    for (int at = 1; at < end; ) {
      int above = trie.depth(at) - 1;
      State from = statePath[above];
      State next = from.step(trie.label(at));
      int items = itemPath[above] + (next != null && from == boundary ? 1 : 0);
      visitor.visit(at, items, above > 0 && from == boundary, next);
      if (next == null) {
        at = trie.end(at);
        continue;
      }
      statePath[above + 1] = next;
      itemPath[above + 1] = items;
      at++;
    }
  }

  private void addTokens(ItemList.Builder target, int node, int items) {
    for (int i = trie.firstToken(node); i < trie.firstToken(node + 1); i++) {
      target.add(trie.token(i), items);
    }
  }
}
