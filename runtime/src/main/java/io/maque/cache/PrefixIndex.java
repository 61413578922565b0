package io.maque.cache;

import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;

/**
 * Which blocks hold the keys and values of which tokens: a tree with a block per node, in which the
 * way from the root spells the first tokens of a text (radix attention, Zheng et al. 2023, arXiv
 * 2312.07104, in steps of whole blocks). Only a leaf may have fewer tokens than a block has
 * positions.
 *
 * <p>Children are found by their tokens themselves, so equal hashes cannot confuse two texts.
 * Blocks that nobody holds are kept in the order of their last use; children are let go before
 * their parents, so that the one used longest ago is always a leaf.
 */
final class PrefixIndex {

  /** A block and the tokens whose keys and values it holds, after those of its parents. */
  static final class Node {
    private final Node parent;
    private final int block;
    private final IntBuffer tokens;
    private final Map<IntBuffer, Node> children = new HashMap<>(2);

    private Node(Node parent, int block, IntBuffer tokens) {
      this.parent = parent;
      this.block = block;
      this.tokens = tokens;
    }

    int block() {
      return block;
    }

    /** How many tokens it holds. */
    int length() {
      return tokens.remaining();
    }
  }

  private final Node root = new Node(null, -1, IntBuffer.allocate(0));

  /** By block; null for blocks that are not in the tree. */
  private final Node[] nodes;

  /** Least recently used first. */
  private final SequencedSet<Node> unheld = new LinkedHashSet<>();

  PrefixIndex(int blocks) {
    this.nodes = new Node[blocks];
  }

  Node root() {
    return root;
  }

  /** The node of a block; null when it is not in the tree. */
  Node of(int block) {
    return nodes[block];
  }

  /**
   * The child that holds exactly the given tokens.
   *
   * @param tokens from position to limit
   * @return null when there is none
   */
  Node child(Node parent, IntBuffer tokens) {
    return parent.children.get(tokens);
  }

  /** The child that begins with most of the given tokens; null when none begins with the first. */
  Node closest(Node parent, IntBuffer tokens) {
    Node closest = null;
    int most = 0;
    for (Node child : parent.children.values()) {
      int common = common(child, tokens);
      if (common > most) {
        closest = child;
        most = common;
      }
    }
    return closest;
  }

  /** With how many of the given tokens a node begins. */
  int common(Node node, IntBuffer tokens) {
    int mismatch = node.tokens.mismatch(tokens);
    return mismatch < 0 ? tokens.remaining() : mismatch;
  }

  /** Adds a block that somebody holds. */
  Node add(Node parent, int block, IntBuffer tokens) {
    int[] copy = new int[tokens.remaining()];
    tokens.duplicate().get(copy);
    Node node = new Node(parent, block, IntBuffer.wrap(copy));
    parent.children.put(node.tokens, node);
    nodes[block] = node;
    return node;
  }

  /** Takes a leaf out of the tree. */
  void remove(Node leaf) {
    leaf.parent.children.remove(leaf.tokens);
    nodes[leaf.block] = null;
    unheld.remove(leaf);
  }

  /** Nobody holds the node any more; it is the most recently used of its kind. */
  void letGo(Node node) {
    unheld.addLast(node);
  }

  /** Somebody holds the node again. */
  void hold(Node node) {
    unheld.remove(node);
  }

  /** Nodes that nobody holds. */
  int unheld() {
    return unheld.size();
  }

  /** Removes the least recently used node that nobody holds and returns its block. */
  int evict() {
    Node oldest = unheld.getFirst();
    remove(oldest);
    return oldest.block;
  }
}
