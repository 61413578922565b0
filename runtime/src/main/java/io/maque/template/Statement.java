package io.maque.template;

import java.util.Iterator;
import java.util.List;

/** A statement of the template; each kind executes itself. */
sealed interface Statement {
  /** How execution goes on behind a statement. */
  enum Flow {
    NORMAL,
    BREAK,
    CONTINUE
  }

  int line();

  Flow execute(Scope scope);

  /** Statements in a row; adds the line to errors that do not know it. */
  record Body(List<Statement> statements, NameUse.Frame frame) {
    static final Body EMPTY = new Body(List.of(), null);

    /** The same statements as a scope of their own; the branches of an {@code if} have none. */
    Body in(NameUse.Frame own) {
      return new Body(statements, own);
    }

    Flow execute(Scope scope) {
      if (frame != null) {
        for (String name : frame.hidden()) {
          scope.set(name, Undefined.name(name));
        }
      }
      for (Statement statement : statements) {
        try {
          Flow flow = statement.execute(scope);
          if (flow != Flow.NORMAL) {
            return flow;
          }
        } catch (TemplateException failure) {
          throw failure.at(statement.line());
        }
      }
      return Flow.NORMAL;
    }

    /** Executes in a scope of its own and answers what was written. */
    Text capture(Scope scope) {
      Scope inner = scope.capturing(scope.newBuffer());
      execute(inner);
      return inner.out().toText().asMarkup(scope.autoescape());
    }
  }

  /** Text between the tags. */
  record Data(int line, Text text) implements Statement {
    @Override
    public Flow execute(Scope scope) {
      scope.out().append(text);
      return Flow.NORMAL;
    }
  }

  /** {@code {{ expression }}} and {@code {% print a, b %}}. */
  record Print(int line, List<Expr> expressions) implements Statement {
    @Override
    public Flow execute(Scope scope) {
      for (Expr expression : expressions) {
        scope.print(scope.evaluate(expression));
      }
      return Flow.NORMAL;
    }
  }

  record If(int line, List<Expr> conditions, List<Body> branches, Body otherwise)
      implements Statement {
    @Override
    public Flow execute(Scope scope) {
      Budget budget = scope.budget();
      budget.enter();
      Flow flow = chosen(scope).execute(scope);
      budget.leave();
      return flow;
    }

    private Body chosen(Scope scope) {
      for (int i = 0; i < conditions.size(); i++) {
        if (scope.test(conditions.get(i))) {
          return branches.get(i);
        }
      }
      return otherwise;
    }
  }

  /** A loop; {@code filter} is null when every item takes part. */
  record For(
      int line,
      Expr target,
      Expr iterable,
      Expr filter,
      boolean recursive,
      Body body,
      Body otherwise)
      implements Statement {
    @Override
    public Flow execute(Scope scope) {
      Object value = scope.evaluate(iterable);
      if (recursive) {
        scope.out().append(recurse(value, scope, 0));
        return Flow.NORMAL;
      }
      return run(value, scope, 0);
    }

    /** The text of one level of a recursive loop. */
    Text recurse(Object value, Scope home, int depth) {
      Scope inner = home.capturing(home.newBuffer());
      run(value, inner, depth);
      return inner.out().toText().asMarkup(home.autoescape());
    }

    private Flow run(Object value, Scope scope, int depth) {
      Budget budget = scope.budget();
      Iterator<Object> items = Iteration.of(value, budget);
      int size = Iteration.size(value);
      if (filter != null) {
        items = Generator.filtered(items, item -> isWanted(item, scope)).items();
        size = -1;
      }
      Loop loop = new Loop(this, scope, items, size, depth);
      boolean completed = false;
      budget.enter();
      while (loop.hasNext()) {
        budget.step();
        Object item = loop.next();
        Scope inner = scope.inner();
        inner.set("loop", loop);
        Set.assign(target, item, inner);
        Flow flow = body.execute(inner);
        if (flow == Flow.BREAK) {
          break;
        }
        // A turn left by 'continue' does not count as done: that is how jinja2 chooses 'else'.
        completed |= flow == Flow.NORMAL;
      }
      budget.leave();
      return completed ? Flow.NORMAL : otherwise.execute(scope.inner());
    }

    private boolean isWanted(Object item, Scope scope) {
      Scope inner = scope.inner();
      Set.assign(target, item, inner);
      return inner.test(filter);
    }
  }

  record Jump(int line, Flow flow) implements Statement {
    @Override
    public Flow execute(Scope scope) {
      return flow;
    }
  }

  /** {@code set target = value}. */
  record Set(int line, Expr target, Expr value) implements Statement {
    @Override
    public Flow execute(Scope scope) {
      assign(target, scope.evaluate(value), scope);
      return Flow.NORMAL;
    }

    static void assign(Expr target, Object value, Scope scope) {
      if (target instanceof Expr.Name name) {
        scope.set(name.name(), value);
      } else if (target instanceof Expr.NamespaceTarget member) {
        if (!(scope.get(member.namespace()) instanceof Namespace namespace)) {
          throw new TemplateException(
              "set %s.%s: expected a namespace(), found another value"
                  .formatted(member.namespace(), member.name()));
        }
        namespace.set(member.name(), value, scope.budget());
      } else if (target instanceof Expr.ListDisplay targets) {
        List<Object> values = Iteration.toList(value, scope.budget());
        if (values.size() != targets.items().size()) {
          throw new TemplateException(
              "unpacking: expected %d values, found %d"
                  .formatted(targets.items().size(), values.size()));
        }
        for (int i = 0; i < values.size(); i++) {
          assign(targets.items().get(i), values.get(i), scope);
        }
      }
    }
  }

  /** {@code set target | filter} … {@code endset}; {@code filter} may be null. */
  record SetBlock(int line, Expr target, Expr.Filter filter, Body body) implements Statement {
    @Override
    public Flow execute(Scope scope) {
      Scope inner = scope.capturing(scope.newBuffer());
      Flow flow = body.execute(inner);
      if (flow == Flow.NORMAL) {
        Text text = inner.out().toText().asMarkup(scope.autoescape());
        Set.assign(target, filter == null ? text : filter.applyTo(text, inner), scope);
      }
      return flow;
    }
  }

  record With(int line, List<Expr> targets, List<Expr> values, Body body) implements Statement {
    @Override
    public Flow execute(Scope scope) {
      Scope inner = scope.inner();
      for (int i = 0; i < targets.size(); i++) {
        Set.assign(targets.get(i), scope.evaluate(values.get(i)), inner);
      }
      return body.execute(inner);
    }
  }

  record FilterBlock(int line, Expr.Filter filter, Body body) implements Statement {
    @Override
    public Flow execute(Scope scope) {
      Scope inner = scope.capturing(scope.newBuffer());
      Flow flow = body.execute(inner);
      if (flow == Flow.NORMAL) {
        Text text = inner.out().toText().asMarkup(scope.autoescape());
        scope.print(Types.text(filter.applyTo(text, inner), "filter block"));
      }
      return flow;
    }
  }

  record MacroDefinition(int line, Macro.Definition definition) implements Statement {
    @Override
    public Flow execute(Scope scope) {
      scope.set(definition.name(), new Macro(definition, scope));
      return Flow.NORMAL;
    }
  }

  /** {@code call(parameters) function(arguments)} … {@code endcall}. */
  record CallBlock(int line, Expr.Call call, Macro.Definition caller) implements Statement {
    @Override
    public Flow execute(Scope scope) {
      scope.print(Types.text(call.call(scope, new Macro(caller, scope)), "call block"));
      return Flow.NORMAL;
    }
  }

  /** {@code generation}: marks what the assistant said; a scope like that of a macro. */
  record Generation(int line, Body body) implements Statement {
    @Override
    public Flow execute(Scope scope) {
      scope.out().append(body.capture(scope));
      return Flow.NORMAL;
    }
  }

  record Autoescape(int line, Expr wanted, Body body) implements Statement {
    @Override
    public Flow execute(Scope scope) {
      Scope inner = scope.inner();
      inner.autoescape(inner.test(wanted));
      return body.execute(inner);
    }
  }

  /** A named block, which without template inheritance is written where it stands. */
  record Block(int line, String name, boolean scoped, boolean required, Body body)
      implements Statement {
    @Override
    public Flow execute(Scope scope) {
      if (required) {
        throw new TemplateException("required block '" + name + "' not found");
      }
      TextBuilder buffer = scope.newBuffer();
      Scope inner = scoped ? scope.capturing(buffer) : scope.block(buffer);
      body.execute(inner);
      scope.out().append(inner.out().toText());
      return Flow.NORMAL;
    }
  }

  /** {@code include}, {@code import}, {@code extends}: a chat template stands alone. */
  record Foreign(int line, String tag) implements Statement {
    @Override
    public Flow execute(Scope scope) {
      throw new TemplateException(
          "tag '"
              + tag
              + "': expected a template that stands alone, there is no loader for others");
    }
  }
}
