package io.maque.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Expressions, from the loosest binding ({@code if}) to the tightest (literals). */
final class ExpressionParser {
  private final TokenStream tokens;
  private final NameUse names;

  ExpressionParser(TokenStream tokens, NameUse names) {
    this.tokens = tokens;
    this.names = names;
  }

  Expr expression() {
    return expression(true);
  }

  private Expr expression(boolean withCondition) {
    tokens.enter();
    Expr result = withCondition ? conditional() : or();
    tokens.leave();
    return result;
  }

  /** One expression, or several with commas between them, which make a tuple. */
  Expr tuple(boolean withCondition, boolean parentheses) {
    List<Expr> items = new ArrayList<>();
    boolean tuple = false;
    while (true) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
      }
      if (isTupleEnd()) {
        break;
      }
      items.add(expression(withCondition));
      if (!tokens.isOperator(",")) {
        break;
      }
      tuple = true;
    }
    if (!tuple && !items.isEmpty()) {
      return items.getFirst();
    }
    if (!tuple && !parentheses) {
      throw tokens.unexpected("an expression");
    }
    return new Expr.ListDisplay(items, true);
  }

  private boolean isTupleEnd() {
    return tokens.is(Token.Kind.VARIABLE_END)
        || tokens.is(Token.Kind.BLOCK_END)
        || tokens.isOperator(")");
  }

  private Expr conditional() {
    int mark = names.unknownCount();
    Expr result = or();
    while (tokens.skipName("if")) {
      Expr condition = or();
      Expr otherwise = null;
      if (tokens.skipName("else")) {
        tokens.enter();
        otherwise = conditional();
        tokens.leave();
      }
      result = new Expr.Conditional(condition, result, otherwise);
      // Names of filters and tests in a condition are looked up when it is evaluated.
      names.forgetUnknown(mark);
    }
    return result;
  }

  private Expr or() {
    Expr left = and();
    while (tokens.skipName("or")) {
      left = new Expr.Logical(false, left, and());
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (tokens.skipName("and")) {
      left = new Expr.Logical(true, left, not());
    }
    return left;
  }

  private Expr not() {
    if (!tokens.skipName("not")) {
      return compare();
    }
    tokens.enter();
    Expr operand = not();
    tokens.leave();
    return new Expr.Not(operand);
  }

  private Expr compare() {
    Expr first = sum();
    List<String> signs = new ArrayList<>();
    List<Expr> operands = new ArrayList<>();
    for (String sign = comparison(); sign != null; sign = comparison()) {
      signs.add(sign);
      operands.add(sum());
    }
    return signs.isEmpty() ? first : new Expr.Compare(first, signs, operands);
  }

  private String comparison() {
    Token token = tokens.current();
    if (token.kind() == Token.Kind.OPERATOR) {
      return switch (token.text()) {
        case "==", "!=", "<", "<=", ">", ">=" -> tokens.next().text();
        default -> null;
      };
    }
    if (tokens.skipName("in")) {
      return "in";
    }
    if (token.isName("not") && tokens.look().isName("in")) {
      tokens.next();
      tokens.next();
      return "not in";
    }
    return null;
  }

  private Expr sum() {
    Expr left = concat();
    while (tokens.isOperator("+") || tokens.isOperator("-")) {
      String sign = tokens.next().text();
      left = new Expr.Binary(sign, left, concat());
    }
    return left;
  }

  private Expr concat() {
    Expr first = product();
    if (!tokens.isOperator("~")) {
      return first;
    }
    List<Expr> parts = new ArrayList<>();
    parts.add(first);
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Expr.Concat(parts);
  }

  private Expr product() {
    Expr left = power();
    while (tokens.isOperator("*")
        || tokens.isOperator("/")
        || tokens.isOperator("//")
        || tokens.isOperator("%")) {
      String sign = tokens.next().text();
      left = new Expr.Binary(sign, left, power());
    }
    return left;
  }

  private Expr power() {
    Expr left = unary(true);
    while (tokens.skipOperator("**")) {
      left = new Expr.Binary("**", left, unary(true));
    }
    return left;
  }

  /** A sign binds tighter than filters and {@code **}, looser than subscripts: jinja2's order. */
  private Expr unary(boolean withFilter) {
    tokens.enter();
    Expr node;
    if (tokens.isOperator("-") || tokens.isOperator("+")) {
      boolean negative = tokens.next().text().equals("-");
      node = new Expr.Sign(negative, unary(false));
    } else {
      node = primary();
    }
    node = postfix(node);
    node = withFilter ? filters(node) : node;
    tokens.leave();
    return node;
  }

  private Expr primary() {
    Token token = tokens.current();
    switch (token.kind()) {
      case NAME -> {
        tokens.next();
        return name(token.text());
      }
      case STRING -> {
        StringBuilder text = new StringBuilder();
        while (tokens.is(Token.Kind.STRING)) {
          text.append(tokens.next().text());
        }
        return new Expr.Literal(Text.literal(text.toString()));
      }
      case NUMBER -> {
        return new Expr.Literal(tokens.next().value());
      }
      default -> {
        if (tokens.skipOperator("(")) {
          Expr inside = tuple(true, true);
          tokens.expectOperator(")");
          return inside;
        }
        if (tokens.skipOperator("[")) {
          return list();
        }
        if (tokens.skipOperator("{")) {
          return dict();
        }
        throw tokens.unexpected("an expression");
      }
    }
  }

  private Expr name(String name) {
    return switch (name) {
      case "true", "True" -> new Expr.Literal(true);
      case "false", "False" -> new Expr.Literal(false);
      case "none", "None" -> new Expr.Literal(null);
      default -> {
        names.read(name);
        yield new Expr.Name(name);
      }
    };
  }

  private Expr list() {
    List<Expr> items = new ArrayList<>();
    while (!tokens.isOperator("]")) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.isOperator("]")) {
          break;
        }
      }
      items.add(expression());
    }
    tokens.expectOperator("]");
    return new Expr.ListDisplay(items, false);
  }

  private Expr dict() {
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.isOperator("}")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.isOperator("}")) {
          break;
        }
      }
      keys.add(expression());
      tokens.expectOperator(":");
      values.add(expression());
    }
    tokens.expectOperator("}");
    return new Expr.DictDisplay(keys, values);
  }

  private Expr postfix(Expr start) {
    Expr node = start;
    while (true) {
      if (tokens.isOperator(".") || tokens.isOperator("[")) {
        node = subscript(node);
      } else if (tokens.isOperator("(")) {
        node = new Expr.Call(node, callArguments());
      } else {
        return node;
      }
    }
  }

  private Expr filters(Expr start) {
    Expr node = start;
    while (true) {
      if (tokens.isOperator("|")) {
        node = filter(node, false);
      } else if (tokens.isName("is")) {
        node = test(node);
      } else if (tokens.isOperator("(")) {
        node = new Expr.Call(node, callArguments());
      } else {
        return node;
      }
    }
  }

  private Expr subscript(Expr owner) {
    if (tokens.skipOperator(".")) {
      if (tokens.is(Token.Kind.NAME)) {
        return new Expr.Attribute(owner, tokens.next().text());
      }
      if (tokens.is(Token.Kind.NUMBER) && !(tokens.current().value() instanceof Double)) {
        return new Expr.Item(owner, new Expr.Literal(tokens.next().value()));
      }
      throw tokens.unexpected("a name or an integer behind '.'");
    }
    tokens.expectOperator("[");
    List<Expr> keys = new ArrayList<>();
    boolean slice = false;
    while (!tokens.isOperator("]")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
      }
      Expr start = tokens.isOperator(":") ? null : expression();
      slice = tokens.isOperator(":");
      keys.add(slice ? slice(owner, start) : start);
    }
    tokens.expectOperator("]");
    if (keys.size() != 1) {
      if (keys.stream().anyMatch(key -> key instanceof Expr.Slice part && part.owner() == owner)) {
        throw tokens.unexpected("a single slice in brackets");
      }
      return new Expr.Item(owner, new Expr.ListDisplay(keys, true));
    }
    return slice ? keys.getFirst() : new Expr.Item(owner, keys.getFirst());
  }

  private Expr slice(Expr owner, Expr start) {
    tokens.expectOperator(":");
    Expr stop = isSliceEnd() || tokens.isOperator(":") ? null : expression();
    Expr step = tokens.skipOperator(":") && !isSliceEnd() ? expression() : null;
    return new Expr.Slice(owner, start, stop, step);
  }

  private boolean isSliceEnd() {
    return tokens.isOperator("]") || tokens.isOperator(",");
  }

  Expr.CallArguments callArguments() {
    tokens.expectOperator("(");
    List<Expr> positional = new ArrayList<>();
    Map<String, Expr> named = new LinkedHashMap<>();
    Expr star = null;
    Expr doubleStar = null;
    boolean first = true;
    while (!tokens.isOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.isOperator(")")) {
          break;
        }
      }
      first = false;
      if (tokens.isOperator("*") && star == null && doubleStar == null) {
        tokens.next();
        star = expression();
      } else if (tokens.isOperator("**") && doubleStar == null) {
        tokens.next();
        doubleStar = expression();
      } else if (tokens.is(Token.Kind.NAME) && tokens.look().isOperator("=")) {
        String name = tokens.next().text();
        tokens.next();
        if (doubleStar != null || named.put(name, expression()) != null) {
          throw tokens.unexpected("each keyword argument once, and none behind '**'");
        }
      } else if (star == null && doubleStar == null && named.isEmpty()) {
        positional.add(expression());
      } else {
        throw tokens.unexpected("positional arguments before all others");
      }
    }
    tokens.expectOperator(")");
    return positional.isEmpty() && named.isEmpty() && star == null && doubleStar == null
        ? Expr.CallArguments.NONE
        : new Expr.CallArguments(positional, named, star, doubleStar);
  }

  /** A chain of filters on {@code input}; {@code bare} when the first one has no {@code |}. */
  Expr.Filter filter(Expr input, boolean bare) {
    boolean first = bare;
    Expr node = input;
    while (first || tokens.isOperator("|")) {
      if (!first) {
        tokens.next();
      }
      first = false;
      Token token = tokens.current();
      String name = dottedName("the name of a filter");
      if (!Filters.exists(name)) {
        names.unknown("filter", name, token.line());
      }
      Expr.CallArguments arguments =
          tokens.isOperator("(") ? callArguments() : Expr.CallArguments.NONE;
      node = new Expr.Filter(node, name, arguments);
    }
    return (Expr.Filter) node;
  }

  private String dottedName(String what) {
    String name = tokens.expectIdentifier(what);
    while (tokens.skipOperator(".")) {
      name = name + "." + tokens.expectIdentifier(what);
    }
    return name;
  }

  private Expr test(Expr input) {
    tokens.next();
    boolean negated = tokens.skipName("not");
    Token token = tokens.current();
    String name = dottedName("the name of a test");
    if (!Tests.exists(name)) {
      names.unknown("test", name, token.line());
    }
    Expr test = new Expr.Test(input, name, testArguments());
    return negated ? new Expr.Not(test) : test;
  }

  /** Arguments of a test: in parentheses, or a single one without them. */
  private Expr.CallArguments testArguments() {
    if (tokens.isOperator("(")) {
      return callArguments();
    }
    Token token = tokens.current();
    boolean begins =
        switch (token.kind()) {
          case NAME -> !token.isName("else") && !token.isName("or") && !token.isName("and");
          case STRING, NUMBER -> true;
          default -> token.isOperator("[") || token.isOperator("{");
        };
    if (!begins) {
      return Expr.CallArguments.NONE;
    }
    if (token.isName("is")) {
      throw tokens.unexpected("no second 'is' behind a test");
    }
    tokens.enter();
    Expr argument = postfix(primary());
    tokens.leave();
    return new Expr.CallArguments(List.of(argument), Map.of(), null, null);
  }
}
