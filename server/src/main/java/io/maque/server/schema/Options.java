package io.maque.server.schema;

import io.maque.grammar.Expression;
import java.util.List;

/** One of several expressions, or the only one. */
final class Options {
  private Options() {}

  static Expression of(List<Expression> options) {
    return options.size() == 1 ? options.getFirst() : new Expression.Choice(options);
  }
}
