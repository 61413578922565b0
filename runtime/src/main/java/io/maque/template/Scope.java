package io.maque.template;

import java.util.HashMap;
import java.util.Map;

/**
 * The names a statement sees: its own assignments, then those of the scopes around it, then the
 * context, then the globals. Loops, macros, {@code with}, {@code filter} and block assignments open
 * a scope; {@code if} does not.
 */
final class Scope {
  private static final Object ABSENT = Arguments.ABSENT;

  private final Scope parent;
  private final Rendering rendering;
  private final TextBuilder out;
  private Map<String, Object> names;
  private boolean autoescape;

  private Scope(Scope parent, Rendering rendering, TextBuilder out, boolean autoescape) {
    this.parent = parent;
    this.rendering = rendering;
    this.out = out;
    this.autoescape = autoescape;
  }

  static Scope root(Rendering rendering, TextBuilder out) {
    return new Scope(null, rendering, out, false);
  }

  /** A scope inside this one that writes to the same output. */
  Scope inner() {
    return new Scope(this, rendering, out, autoescape);
  }

  /** A scope inside this one whose output is collected in {@code buffer}. */
  Scope capturing(TextBuilder buffer) {
    return new Scope(this, rendering, buffer, autoescape);
  }

  /** The scope of a named block: what the top of the template assigned so far, and the context. */
  Scope block(TextBuilder buffer) {
    Scope block = new Scope(null, rendering, buffer, autoescape);
    for (Map.Entry<String, Object> entry : root().names().entrySet()) {
      if (!(entry.getValue() instanceof Undefined)) {
        block.set(entry.getKey(), entry.getValue());
      }
    }
    return block;
  }

  private Map<String, Object> names() {
    return names == null ? Map.of() : names;
  }

  TextBuilder newBuffer() {
    return new TextBuilder(budget());
  }

  Rendering rendering() {
    return rendering;
  }

  Budget budget() {
    return rendering.budget();
  }

  TextBuilder out() {
    return out;
  }

  boolean autoescape() {
    return autoescape;
  }

  void autoescape(boolean wanted) {
    autoescape = wanted;
  }

  /** Assigns a name here. */
  void set(String name, Object value) {
    if (names == null) {
      names = new HashMap<>();
    }
    names.put(name, value);
  }

  /** The value of a name, or an undefined value. */
  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.parent) {
      if (scope.names != null) {
        Object value = scope.names.getOrDefault(name, ABSENT);
        if (value != ABSENT) {
          return value;
        }
      }
    }
    return rendering.global(name);
  }

  private Scope root() {
    Scope scope = this;
    while (scope.parent != null) {
      scope = scope.parent;
    }
    return scope;
  }

  /** Evaluates one expression, counting it against the limits. */
  Object evaluate(Expr expression) {
    if (expression instanceof Expr.Literal literal) {
      return literal.value();
    }
    Budget budget = budget();
    budget.enter();
    Object value = expression.evaluate(this);
    budget.leave();
    return value;
  }

  boolean test(Expr condition) {
    return Types.isTrue(evaluate(condition));
  }

  /** Writes the value of an expression to the output. */
  void print(Object value) {
    Text text = Printer.str(value, budget());
    out.append(autoescape ? Html.escape(text, budget()) : text);
  }
}
