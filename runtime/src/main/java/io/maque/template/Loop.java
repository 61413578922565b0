package io.maque.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** The {@code loop} variable. It looks ahead only when asked, because sequences may be lazy. */
final class Loop implements Callable {
  private final Statement.For statement;
  private final Scope home;
  private final Budget budget;
  private final int depth;
  private Iterator<Object> items;
  private int length;
  private int index0 = -1;
  private boolean peeked;
  private Object ahead;
  private Object current = Arguments.ABSENT;
  private Object before = Arguments.ABSENT;
  private Object[] changed;

  /**
   * @param size number of items, or -1 when it is not known before they are read
   */
  Loop(Statement.For statement, Scope home, Iterator<Object> items, int size, int depth) {
    this.statement = statement;
    this.home = home;
    this.budget = home.budget();
    this.items = items;
    this.length = size;
    this.depth = depth;
  }

  boolean hasNext() {
    return peeked || items.hasNext();
  }

  Object next() {
    Object item = peeked ? ahead : items.next();
    peeked = false;
    index0++;
    before = current;
    current = item;
    return item;
  }

  int length() {
    if (length < 0) {
      List<Object> rest = new ArrayList<>();
      while (items.hasNext()) {
        budget.step();
        budget.elements(1);
        rest.add(items.next());
      }
      items = rest.iterator();
      length = rest.size() + index0 + 1 + (peeked ? 1 : 0);
    }
    return length;
  }

  private boolean peek() {
    if (!peeked && items.hasNext()) {
      ahead = items.next();
      peeked = true;
    }
    return peeked;
  }

  Object attribute(String name, Scope scope) {
    return switch (name) {
      case "index" -> index0 + 1L;
      case "index0" -> (long) index0;
      case "revindex" -> (long) length() - index0;
      case "revindex0" -> (long) length() - index0 - 1;
      case "first" -> index0 == 0;
      case "last" -> !peek();
      case "length" -> (long) length();
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "previtem" -> index0 == 0 ? new Undefined("there is no previous item") : before;
      case "nextitem" -> peek() ? ahead : new Undefined("there is no next item");
      case "cycle", "changed" -> new Method(this, name);
      default -> Arguments.ABSENT;
    };
  }

  Object cycle(Arguments arguments) {
    Object[] values = arguments.positional();
    if (values.length == 0) {
      throw new TemplateException("loop.cycle: expected items, found none");
    }
    return values[index0 % values.length];
  }

  boolean changed(Arguments arguments) {
    Object[] values = arguments.positional();
    boolean same = changed != null && changed.length == values.length;
    for (int i = 0; same && i < values.length; i++) {
      same = Comparison.equal(changed[i], values[i], budget);
    }
    changed = Arrays.copyOf(values, values.length);
    return !same;
  }

  /** {@code loop(children)} in a recursive loop. */
  @Override
  public Object call(Scope scope, Arguments arguments) {
    Object children = arguments.bind("loop", 1, "iterable")[0];
    if (!statement.recursive()) {
      throw new TemplateException("loop(…): expected a loop marked 'recursive'");
    }
    return statement.recurse(children, home, depth + 1);
  }

  @Override
  public String description() {
    return "<LoopContext " + (index0 + 1) + "/" + length() + ">";
  }
}
