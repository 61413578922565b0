package io.maque.grammar;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Runs a grammar byte by byte with all stacks that are possible. What was found behind a byte is
 * remembered, so that a deterministic automaton grows where texts pass. Not safe for threads.
 */
final class Pushdown {
  /**
   * Frames of the highest stack that may read on. It ends nesting without end; JSON libraries stop
   * at about a thousand levels themselves.
   */
  static final int MAX_HEIGHT = 512;

  /** The most stacks that are possible at the same time. */
  private static final int MAX_STACKS = 512;

  /** Configurations remembered; beyond this, all are forgotten. A thousand bytes each. */
  private static final int MAX_CONFIGS = 2048;

  private final Grammar grammar;
  private final Map<Config, Config> known = new HashMap<>();
  private int generation;

  Pushdown(Grammar grammar) {
    this.grammar = grammar;
  }

  /** At the begin of a text. */
  Config start() {
    return at(new Frame(grammar.start().start, 0, Frame.ROOT));
  }

  /** With this one stack. */
  Config at(Frame frame) {
    Closure closure = new Closure();
    closure.add(frame);
    return closure.config();
  }

  /** Behind a byte; {@link Config#dead()} where it cannot come. */
  Config step(Config config, int value) {
    if (config.next == null) {
      config.next = new Config[256];
    }
    Config next = config.next[value];
    if (next == null) {
      Closure closure = new Closure();
      for (Frame top : config.tops) {
        State target = top.mayGoOn() ? top.state.step(value) : null;
        if (target != null) {
          closure.add(new Frame(target, top.countBehind(), top.below));
        }
      }
      next = closure.config();
      config.next[value] = next;
    }
    return next;
  }

  /**
   * The same configuration in the memory of now. To be called between texts' tokens, never while
   * one is looked at: it is here that the memory is emptied when it is full.
   */
  Config current(Config config) {
    if (known.size() > MAX_CONFIGS) {
      known.clear();
      generation++;
    }
    return config.generation == generation
        ? config
        : remember(
            new Config(config.tops, config.mayEnd, config.mayLeave, config.height, generation));
  }

  private Config remember(Config config) {
    Config first = known.putIfAbsent(config, config);
    return first == null ? config : first;
  }

  /** Collects what can be reached without reading. */
  private final class Closure {
    private final Set<Frame> tops = new HashSet<>();
    private final Set<Frame> seen = new HashSet<>();
    private final Deque<Frame> open = new ArrayDeque<>();
    private boolean mayEnd;
    private boolean mayLeave;
    private int height;

    void add(Frame frame) {
      visit(frame);
      while (!open.isEmpty()) {
        expand(open.pop());
      }
    }

    private void visit(Frame frame) {
      if (frame == Frame.ROOT) {
        mayEnd = true;
      } else if (frame == Frame.UNKNOWN) {
        mayLeave = true;
      } else if (seen.add(frame)) {
        if (seen.size() > 4 * MAX_STACKS) {
          throw ambiguous();
        }
        open.push(frame);
      }
    }

    private void expand(Frame frame) {
      State state = frame.state;
      if (frame.mayGoOn()) {
        if (state.readsBytes()) {
          height = Math.max(height, frame.depth);
          if (frame.depth <= MAX_HEIGHT) {
            tops.add(frame);
          }
        }
        for (int i = 0; i < state.callCount(); i++) {
          visit(new Frame(state.call(i).start, 0, back(frame, state.back(i))));
        }
      }
      if (frame.mayEnd()) {
        visit(frame.below);
      }
    }

    /** Where a call returns to; a call that is the last thing of its rule returns further down. */
    private Frame back(Frame frame, State back) {
      return back.last() && back.accepting && !back.rule.counted()
          ? frame.below
          : new Frame(back, frame.countBehind(), frame.below);
    }

    Config config() {
      if (tops.size() > MAX_STACKS) {
        throw ambiguous();
      }
      return remember(new Config(tops, mayEnd, mayLeave, height, generation));
    }

    private static GrammarException ambiguous() {
      return new GrammarException(
          "grammar: expected at most %d ways to read what was written so far, found more; make"
                  .formatted(MAX_STACKS)
              + " alternatives differ earlier");
    }
  }
}
