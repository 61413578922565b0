package io.maque.template;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Statements: tokens in, the tree of the template out. */
final class Parser {
  private static final Set<String> LITERALS =
      Set.of("true", "True", "false", "False", "none", "None");

  private final TokenStream tokens;
  private final NameUse names = new NameUse();
  private final ExpressionParser expressions;
  private final Set<String> blocks = new HashSet<>();

  /** Loops around the current statement that {@code break} could leave. */
  private int loops;

  /** How often a statement so far assigned the name {@code loop}. */
  private int loopAssignments;

  private Parser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens, names);
  }

  static Statement.Body parse(String source, TemplateLimits limits) {
    Parser parser = new Parser(new TokenStream(Lexer.tokens(source), limits.maxNesting()));
    NameUse.Frame root = parser.names.newRootFrame();
    parser.names.enter(root);
    Statement.Body body = parser.statements().in(root);
    parser.names.finish();
    return body;
  }

  /** Statements up to a block that begins with one of the names, or to the end without names. */
  private Statement.Body statements(String... ends) {
    List<Statement> statements = new ArrayList<>();
    while (!tokens.is(Token.Kind.END)) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> statements.add(new Statement.Data(token.line(), Text.literal(token.text())));
        case VARIABLE_BEGIN -> {
          Expr expression = expressions.tuple(true, false);
          statements.add(new Statement.Print(token.line(), List.of(expression)));
          tokens.expect(Token.Kind.VARIABLE_END, "'}}'");
        }
        default -> {
          if (isOneOf(ends)) {
            return new Statement.Body(statements, null);
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
    return new Statement.Body(statements, null);
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
  private Statement.Body body(NameUse.Frame frame, String... ends) {
    boolean aroundGuard = names.guard(false);
    NameUse.Frame around = names.enter(frame);
    Statement.Body body = branch(ends);
    names.enter(around);
    names.guard(aroundGuard);
    return body.in(frame);
  }

  /** A body in the scope of the statement around it, as those of {@code if} are. */
  private Statement.Body branch(String... ends) {
    tokens.skipOperator(":");
    tokens.expect(Token.Kind.BLOCK_END, "'%}'");
    return statements(ends);
  }

  /** A body with a scope of its own, its end tag's name passed. */
  private Statement.Body closedBody(String end) {
    return closedBody(names.newFrame(), end);
  }

  private Statement.Body closedBody(NameUse.Frame frame, String end) {
    Statement.Body body = body(frame, end);
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
    Expr target = target(false);
    if (!tokens.skipName("in")) {
      throw tokens.unexpected("'in'");
    }
    Expr iterable = expressions.tuple(false, false);
    Expr filter = tokens.skipName("if") ? loopFilter(target) : null;
    boolean recursive = tokens.skipName("recursive");
    int around = loops;
    loops = recursive ? 1 : around + 1;
    int assignments = loopAssignments;
    NameUse.Frame frame = names.newFrame();
    declare(target, frame);
    Statement.Body body = body(frame, "endfor", "else");
    loops = recursive ? 0 : around;
    Statement.Body otherwise = Statement.Body.EMPTY;
    if (tokens.next().isName("else")) {
      otherwise = closedBody("endfor");
    }
    loops = around;
    if (loopAssignments != assignments || targetNames(target).contains("loop")) {
      throw new TemplateSyntaxException("expected no assignment to 'loop' inside a loop", line);
    }
    return new Statement.For(line, target, iterable, filter, recursive, body, otherwise);
  }

  private Expr loopFilter(Expr target) {
    NameUse.Frame frame = names.newFrame();
    declare(target, frame);
    NameUse.Frame around = names.enter(frame);
    Expr filter = expressions.expression();
    names.enter(around);
    return filter;
  }

  private void declare(Expr target, NameUse.Frame frame) {
    NameUse.Frame around = names.enter(frame);
    for (String name : targetNames(target)) {
      names.declared(name);
    }
    names.enter(around);
  }

  private void assign(Expr target) {
    for (String name : targetNames(target)) {
      names.assigned(name);
    }
  }

  /** The plain names that a target assigns. */
  private static List<String> targetNames(Expr target) {
    List<String> assigned = new ArrayList<>();
    if (target instanceof Expr.ListDisplay list) {
      for (Expr item : list.items()) {
        assigned.addAll(targetNames(item));
      }
    } else if (target instanceof Expr.Name name) {
      assigned.add(name.name());
    }
    return assigned;
  }

  private Statement condition(int line) {
    List<Expr> conditions = new ArrayList<>();
    List<Statement.Body> branches = new ArrayList<>();
    boolean around = names.guard(true);
    Token end;
    do {
      conditions.add(expressions.tuple(false, false));
      branches.add(branch("elif", "else", "endif"));
      end = tokens.next();
    } while (end.isName("elif"));
    Statement.Body otherwise = Statement.Body.EMPTY;
    if (end.isName("else")) {
      otherwise = branch("endif");
      tokens.next();
    }
    names.guard(around);
    return new Statement.If(line, conditions, branches, otherwise);
  }

  private Statement set(int line) {
    Expr target = target(true);
    loopAssignments += targetNames(target).contains("loop") ? 1 : 0;
    if (tokens.skipOperator("=")) {
      Expr value = expressions.tuple(true, false);
      assign(target);
      return new Statement.Set(line, target, value);
    }
    assign(target);
    Expr.Filter filter = tokens.isOperator("|") ? expressions.filter(null, false) : null;
    return new Statement.SetBlock(line, target, filter, closedBody("endset"));
  }

  private Statement with(int line) {
    List<Expr> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    NameUse.Frame frame = names.newFrame();
    while (!tokens.is(Token.Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      Expr target = target(false);
      declare(target, frame);
      targets.add(target);
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Statement.With(line, targets, values, closedBody(frame, "endwith"));
  }

  private Statement macro(int line) {
    String name = assignableName();
    names.assigned(name);
    NameUse.Frame frame = names.newFrame();
    Signature signature = signature(frame);
    return new Statement.MacroDefinition(line, definition(name, signature, frame, "endmacro"));
  }

  private Statement call(int line) {
    NameUse.Frame frame = names.newFrame();
    Signature signature = tokens.isOperator("(") ? signature(frame) : Signature.NONE;
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw tokens.unexpected("a call behind 'call'");
    }
    return new Statement.CallBlock(line, call, definition(null, signature, frame, "endcall"));
  }

  private Statement generation(int line) {
    NameUse.Frame frame = names.newFrame();
    Macro.Definition body = definition(null, Signature.NONE, frame, "endgeneration");
    return new Statement.Generation(line, body.body());
  }

  /** Parameters of a macro, and the defaults of the last of them. */
  private record Signature(List<String> parameters, List<Expr> defaults) {
    static final Signature NONE = new Signature(List.of(), List.of());
  }

  private Signature signature(NameUse.Frame frame) {
    List<String> parameters = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    NameUse.Frame around = names.enter(frame);
    tokens.expectOperator("(");
    while (!tokens.isOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      String parameter = assignableName();
      names.declared(parameter);
      parameters.add(parameter);
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.unexpected("'=' and a default, as the parameter before has one");
      }
    }
    tokens.next();
    names.enter(around);
    return new Signature(parameters, defaults);
  }

  /** The body of a macro: jumps do not leave it, and it may read the special names. */
  private Macro.Definition definition(
      String name, Signature signature, NameUse.Frame frame, String end) {
    int around = loops;
    loops = 0;
    NameUse.Specials specials = names.beginMacro();
    Statement.Body body = closedBody(frame, end);
    names.endMacro();
    loops = around;
    List<String> parameters = signature.parameters();
    int caller = parameters.indexOf("caller");
    int firstDefault = parameters.size() - signature.defaults().size();
    if (specials.reads("caller") && caller >= 0 && caller < firstDefault) {
      throw tokens.unexpected("a default for the parameter 'caller'");
    }
    return new Macro.Definition(
        name,
        parameters,
        signature.defaults(),
        body,
        specials.reads("caller") && caller < 0,
        specials.reads("kwargs") && !parameters.contains("kwargs"),
        specials.reads("varargs") && !parameters.contains("varargs"));
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
    Statement.Body body = closedBody(names.newRootFrame(), "endblock");
    loops = around;
    tokens.skipName(name);
    if (!blocks.add(name)) {
      throw new TemplateSyntaxException("expected one block '" + name + "', found two", line);
    }
    return new Statement.Block(line, name, scoped, required, body);
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
    if (LITERALS.contains(name)) {
      throw tokens.unexpected("a name to assign to instead of '" + name + "'");
    }
    return name;
  }

  /** What an assignment or a loop assigns: a name, {@code ns.name}, or a tuple of them. */
  private Expr target(boolean withNamespace) {
    List<Expr> items = new ArrayList<>();
    boolean tuple = false;
    do {
      if (tuple && (tokens.isOperator(")") || tokens.is(Token.Kind.BLOCK_END))) {
        break;
      }
      items.add(singleTarget(withNamespace));
      tuple |= tokens.isOperator(",");
    } while (tokens.skipOperator(","));
    return tuple ? new Expr.ListDisplay(items, true) : items.getFirst();
  }

  private Expr singleTarget(boolean withNamespace) {
    if (tokens.skipOperator("(")) {
      tokens.enter();
      Expr inside = target(false);
      tokens.leave();
      tokens.expectOperator(")");
      return inside;
    }
    String name = assignableName();
    if (withNamespace && tokens.skipOperator(".")) {
      names.read(name);
      return new Expr.NamespaceTarget(name, tokens.expectIdentifier("an attribute name"));
    }
    return new Expr.Name(name);
  }
}
