package io.maque.template;

import java.util.List;

/** The tokens of a template with a position, and the errors of a parser. */
final class TokenStream {
  private final List<Token> tokens;
  private final int maxNesting;
  private int position;
  private int nesting;

  TokenStream(List<Token> tokens, int maxNesting) {
    this.tokens = tokens;
    this.maxNesting = maxNesting;
  }

  Token current() {
    return tokens.get(position);
  }

  Token look() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  /** The current token, which is passed. */
  Token next() {
    Token token = current();
    if (token.kind() != Token.Kind.END) {
      position++;
    }
    return token;
  }

  boolean is(Token.Kind kind) {
    return current().kind() == kind;
  }

  boolean isName(String name) {
    return current().isName(name);
  }

  boolean isOperator(String sign) {
    return current().isOperator(sign);
  }

  boolean skipName(String name) {
    return skip(isName(name));
  }

  boolean skipOperator(String sign) {
    return skip(isOperator(sign));
  }

  private boolean skip(boolean there) {
    if (there) {
      position++;
    }
    return there;
  }

  Token expect(Token.Kind kind, String what) {
    if (!is(kind)) {
      throw unexpected(what);
    }
    return next();
  }

  void expectOperator(String sign) {
    if (!skipOperator(sign)) {
      throw unexpected("'" + sign + "'");
    }
  }

  String expectIdentifier(String what) {
    return expect(Token.Kind.NAME, what).text();
  }

  /** One level deeper into the source; too many would exhaust the stack of the parser. */
  void enter() {
    if (++nesting > maxNesting) {
      throw new TemplateSyntaxException(
          "expected at most " + maxNesting + " levels of nesting", current().line());
    }
  }

  void leave() {
    nesting--;
  }

  TemplateSyntaxException unexpected(String expected) {
    return new TemplateSyntaxException(
        "expected %s, found %s".formatted(expected, current().description()), current().line());
  }
}
