package io.maque.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Statements: tokens in, the tree of the template out. */
final class Parser {
  private static final Set<String> LITERALS =
      Set.of("true", "True", "false", "False", "none", "None");

  private final TokenStream tokens;
  private final NameUse names = new NameUse();
  private final ExpressionParser expressions;
  private final Map<String, Statement.Block> blocks = new LinkedHashMap<>();

  /** Loops around the current statement that {@code break} could leave. */
  private int loops;

  /** How often a statement so far assigned the name {@code loop}. */
  private int loopAssignments;

  private Parser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens, names);
  }

  /** A parsed template: its statements and its named blocks. */
  record Parsed(Statement.Body body, Map<String, Statement.Block> blocks) {}

  static Parsed parse(String source, TemplateLimits limits) {
    Parser parser = new Parser(new TokenStream(Lexer.tokens(source), limits.maxNesting()));
    Statement.Body body = parser.statements();
    parser.names.requireKnown();
    return new Parsed(body, parser.blocks);
  }

  /** Statements up to a block that begins with one of the names, or to the end without names. */
  private Statement.Body statements(String... ends) {
    List<Statement> statements = new ArrayList<>();
    while (!tokens.is(Token.Kind.END)) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> statements.add(new Statement.Data(token.line(), Text.literal(token.text())));
        case VARIABLE_BEGIN -> {
          Expr expression = expressions.tuple(true, false, null);
          statements.add(new Statement.Print(token.line(), List.of(expression)));
          tokens.expect(Token.Kind.VARIABLE_END, "'}}'");
        }
        default -> {
          if (isOneOf(ends)) {
            return new Statement.Body(statements);
          }
          tokens.enter();
          statements.add(statement(ends));
          tokens.leave();
          tokens.expect(Token.Kind.BLOCK_END, "'%}'");
        }
      }
    }
    if (ends.length > 0) {
      throw tokens.unexpected("'{% " + String.join(" %}' or '{% ", ends) + " %}'");
    }
    return new Statement.Body(statements);
  }

  private boolean isOneOf(String... ends) {
    for (String end : ends) {
      if (tokens.isName(end)) {
        return true;
      }
    }
    return false;
  }

  /** The body behind a block tag, up to an end tag whose name stays the current token. */
  private Statement.Body body(String... ends) {
    boolean around = names.guard(false);
    Statement.Body body = branch(ends);
    names.guard(around);
    return body;
  }

  /** A body in the scope of the statement around it, as those of {@code if} are. */
  private Statement.Body branch(String... ends) {
    tokens.skipOperator(":");
    tokens.expect(Token.Kind.BLOCK_END, "'%}'");
    return statements(ends);
  }

  /** The same, with the end tag's name passed. */
  private Statement.Body closedBody(String end) {
    Statement.Body body = body(end);
    tokens.next();
    return body;
  }

  private Statement statement(String... ends) {
    Token tag = tokens.expect(Token.Kind.NAME, "the name of a tag");
    int line = tag.line();
    return switch (tag.text()) {
      case "for" -> forLoop(line);
      case "if" -> condition(line);
      case "set" -> set(line);
      case "with" -> with(line);
      case "macro" -> macro(line);
      case "call" -> call(line);
      case "filter" -> filterBlock(line);
      case "block" -> block(line);
      case "generation" -> generation(line);
      case "autoescape" -> autoescape(line);
      case "break" -> jump(line, Statement.Flow.BREAK);
      case "continue" -> jump(line, Statement.Flow.CONTINUE);
      case "print" -> print(line);
      case "include", "import", "from", "extends" -> foreign(line, tag.text());
      default ->
          throw new TemplateSyntaxException(
              "expected %s, found the tag '%s'"
                  .formatted(
                      ends.length == 0
                          ? "a tag that Jinja knows"
                          : "'" + String.join("' or '", ends) + "' or another tag",
                      tag.text()),
              line);
    };
  }

  private Statement forLoop(int line) {
    Expr target = target("in", false);
    if (!tokens.skipName("in")) {
      throw tokens.unexpected("'in'");
    }
    Expr iterable = expressions.tuple(false, false, "recursive");
    Expr filter = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    int around = loops;
    loops = recursive ? 1 : around + 1;
    int assignments = loopAssignments;
    Statement.Body body = body("endfor", "else");
    loops = recursive ? 0 : around;
    Statement.Body otherwise = new Statement.Body(List.of());
    if (tokens.next().isName("else")) {
      otherwise = closedBody("endfor");
    }
    loops = around;
    if (loopAssignments != assignments || assigns(target, "loop")) {
      throw new TemplateSyntaxException("expected no assignment to 'loop' inside a loop", line);
    }
    return new Statement.For(line, target, iterable, filter, recursive, body, otherwise);
  }

  private static boolean assigns(Expr target, String name) {
    if (target instanceof Expr.ListDisplay list) {
      return list.items().stream().anyMatch(item -> assigns(item, name));
    }
    return target instanceof Expr.Name single && single.name().equals(name);
  }

  private Statement condition(int line) {
    List<Expr> conditions = new ArrayList<>();
    List<Statement.Body> branches = new ArrayList<>();
    boolean around = names.guard(true);
    Token end;
    do {
      conditions.add(expressions.tuple(false, false, null));
      branches.add(branch("elif", "else", "endif"));
      end = tokens.next();
    } while (end.isName("elif"));
    Statement.Body otherwise = new Statement.Body(List.of());
    if (end.isName("else")) {
      otherwise = branch("endif");
      tokens.next();
    }
    names.guard(around);
    return new Statement.If(line, conditions, branches, otherwise);
  }

  private Statement set(int line) {
    Expr target = target(null, true);
    if (assigns(target, "loop")) {
      loopAssignments++;
    }
    if (tokens.skipOperator("=")) {
      return new Statement.Set(line, target, expressions.tuple(true, false, null));
    }
    Expr.Filter filter = tokens.isOperator("|") ? expressions.filter(null, false) : null;
    return new Statement.SetBlock(line, target, filter, closedBody("endset"));
  }

  private Statement with(int line) {
    List<Expr> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.is(Token.Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      targets.add(target(null, false));
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Statement.With(line, targets, values, closedBody("endwith"));
  }

  private Statement macro(int line) {
    String name = assignableName();
    return new Statement.MacroDefinition(line, definition(name, true, "endmacro"));
  }

  private Statement call(int line) {
    List<String> parameters = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    if (tokens.isOperator("(")) {
      signature(parameters, defaults);
    }
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw tokens.unexpected("a call behind 'call'");
    }
    return new Statement.CallBlock(line, call, body(null, parameters, defaults, "endcall"));
  }

  private Macro.Definition definition(String name, boolean withSignature, String end) {
    List<String> parameters = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    if (withSignature) {
      signature(parameters, defaults);
    }
    return body(name, parameters, defaults, end);
  }

  /** The body of a macro: jumps do not leave it, and it may read the special names. */
  private Macro.Definition body(
      String name, List<String> parameters, List<Expr> defaults, String end) {
    int around = loops;
    loops = 0;
    NameUse.Body use = names.beginBody();
    Statement.Body body = closedBody(end);
    names.endBody();
    loops = around;
    boolean declaresCaller = parameters.contains("caller");
    if (use.reads("caller")
        && declaresCaller
        && parameters.indexOf("caller") < parameters.size() - defaults.size()) {
      throw tokens.unexpected("a default for the parameter 'caller'");
    }
    return new Macro.Definition(
        name,
        parameters,
        defaults,
        body,
        use.reads("caller") && !declaresCaller,
        use.reads("kwargs") && !parameters.contains("kwargs"),
        use.reads("varargs") && !parameters.contains("varargs"));
  }

  private void signature(List<String> parameters, List<Expr> defaults) {
    tokens.expectOperator("(");
    while (!tokens.isOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      parameters.add(assignableName());
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.unexpected("'=' and a default, as the parameter before has one");
      }
    }
    tokens.next();
  }

  private Statement filterBlock(int line) {
    Expr.Filter filter = expressions.filter(null, true);
    return new Statement.FilterBlock(line, filter, closedBody("endfilter"));
  }

  private Statement block(int line) {
    String name = tokens.expectIdentifier("the name of a block");
    boolean scoped = tokens.skipName("scoped");
    boolean required = tokens.skipName("required");
    int around = loops;
    loops = 0;
    Statement.Body body = closedBody("endblock");
    loops = around;
    tokens.skipName(name);
    Statement.Block block = new Statement.Block(line, name, scoped, required, body);
    if (blocks.put(name, block) != null) {
      throw new TemplateSyntaxException("expected one block '" + name + "', found two", line);
    }
    return block;
  }

  private Statement generation(int line) {
    return new Statement.Generation(line, definition(null, false, "endgeneration").body());
  }

  private Statement autoescape(int line) {
    Expr wanted = expressions.expression();
    return new Statement.Autoescape(line, wanted, closedBody("endautoescape"));
  }

  private Statement jump(int line, Statement.Flow flow) {
    if (loops == 0) {
      throw new TemplateSyntaxException("expected 'break' and 'continue' only in a loop", line);
    }
    return new Statement.Jump(line, flow);
  }

  private Statement print(int line) {
    List<Expr> printed = new ArrayList<>();
    while (!tokens.is(Token.Kind.BLOCK_END)) {
      if (!printed.isEmpty()) {
        tokens.expectOperator(",");
      }
      printed.add(expressions.expression());
    }
    return new Statement.Print(line, printed);
  }

  /** A tag that needs other templates: refused when executed, so its inside is passed over. */
  private Statement foreign(int line, String tag) {
    while (!tokens.is(Token.Kind.BLOCK_END) && !tokens.is(Token.Kind.END)) {
      tokens.next();
    }
    return new Statement.Foreign(line, tag);
  }

  private String assignableName() {
    String name = tokens.expectIdentifier("a name");
    names.assigned(name);
    return name;
  }

  /** What an assignment or a loop assigns: a name, {@code ns.name}, or a tuple of them. */
  private Expr target(String endName, boolean withNamespace) {
    List<Expr> items = new ArrayList<>();
    boolean tuple = false;
    while (true) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.isOperator(")")
            || tokens.is(Token.Kind.BLOCK_END)
            || endName != null && tokens.isName(endName)) {
          break;
        }
      }
      items.add(singleTarget(withNamespace));
      if (!tokens.isOperator(",")) {
        break;
      }
      tuple = true;
    }
    return tuple ? new Expr.ListDisplay(items, true) : items.getFirst();
  }

  private Expr singleTarget(boolean withNamespace) {
    if (tokens.skipOperator("(")) {
      tokens.enter();
      Expr inside = target(null, false);
      tokens.leave();
      tokens.expectOperator(")");
      return inside;
    }
    String name = tokens.expectIdentifier("a name to assign to");
    if (LITERALS.contains(name)) {
      throw tokens.unexpected("a name to assign to instead of '" + name + "'");
    }
    if (withNamespace && tokens.skipOperator(".")) {
      return new Expr.NamespaceTarget(name, tokens.expectIdentifier("an attribute name"));
    }
    names.assigned(name);
    return new Expr.Name(name);
  }
}
