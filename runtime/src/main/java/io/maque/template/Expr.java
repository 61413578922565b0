package io.maque.template;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An expression of the template; each kind evaluates itself. */
sealed interface Expr {
  Object evaluate(Scope scope);

  record Literal(Object value) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      return value;
    }
  }

  record Name(String name) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      return scope.get(name);
    }
  }

  /** {@code ns.name} as the target of an assignment. */
  record NamespaceTarget(String namespace, String name) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      throw new IllegalStateException("an assignment target has no value");
    }
  }

  record ListDisplay(List<Expr> items, boolean tuple) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      Object[] values = new Object[items.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = scope.evaluate(items.get(i));
      }
      return tuple ? Sequence.tuple(scope.budget(), values) : Sequence.list(scope.budget(), values);
    }
  }

  record DictDisplay(List<Expr> keys, List<Expr> values) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      Dict dict = new Dict(scope.budget());
      for (int i = 0; i < keys.size(); i++) {
        Object key = scope.evaluate(keys.get(i));
        dict.put(key, scope.evaluate(values.get(i)));
      }
      return dict;
    }
  }

  record Attribute(Expr owner, String name) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      return Members.attribute(scope.evaluate(owner), name, scope);
    }
  }

  record Item(Expr owner, Expr key) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      Object value = scope.evaluate(owner);
      return Members.item(value, scope.evaluate(key), scope);
    }
  }

  /** {@code owner[start:stop:step]}; absent bounds are null. */
  record Slice(Expr owner, Expr start, Expr stop, Expr step) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      return Members.slice(
          scope.evaluate(owner),
          bound(start, scope),
          bound(stop, scope),
          bound(step, scope),
          scope.budget());
    }

    private static Object bound(Expr bound, Scope scope) {
      return bound == null ? null : scope.evaluate(bound);
    }
  }

  /** The arguments of a call as written; {@code star} and {@code doubleStar} may be null. */
  record CallArguments(List<Expr> positional, Map<String, Expr> named, Expr star, Expr doubleStar) {
    static final CallArguments NONE = new CallArguments(List.of(), Map.of(), null, null);

    Arguments evaluate(Scope scope) {
      if (this == NONE) {
        return Arguments.NONE;
      }
      Object[] values = new Object[positional.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = scope.evaluate(positional.get(i));
      }
      if (named.isEmpty() && star == null && doubleStar == null) {
        return new Arguments(values, Map.of());
      }
      Map<String, Object> keywords = new LinkedHashMap<>();
      for (Map.Entry<String, Expr> argument : named.entrySet()) {
        keywords.put(argument.getKey(), scope.evaluate(argument.getValue()));
      }
      if (star != null) {
        List<Object> more = Iteration.toList(scope.evaluate(star), scope.budget());
        int size = values.length;
        values = Arrays.copyOf(values, size + more.size());
        System.arraycopy(more.toArray(), 0, values, size, more.size());
      }
      if (doubleStar != null) {
        addKeywords(scope.evaluate(doubleStar), keywords);
      }
      return new Arguments(values, keywords);
    }

    private static void addKeywords(Object value, Map<String, Object> keywords) {
      if (!(value instanceof Dict dict)) {
        throw Types.expected("argument behind **", "a mapping", value);
      }
      for (Dict.Entry entry : dict.entries()) {
        String name = Types.text(entry.key(), "keyword behind **").value;
        if (keywords.put(name, entry.value()) != null) {
          throw new TemplateException("two values for keyword argument '" + name + "'");
        }
      }
    }
  }

  record Call(Expr function, CallArguments arguments) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      return call(scope, null);
    }

    /** Calls with {@code caller} as an additional keyword argument unless it is null. */
    Object call(Scope scope, Macro caller) {
      Object target = scope.evaluate(function);
      Arguments given = arguments.evaluate(scope);
      if (caller != null) {
        Map<String, Object> named = new LinkedHashMap<>(given.named());
        named.put("caller", caller);
        given = new Arguments(given.positional(), named);
      }
      if (!(target instanceof Callable callable)) {
        throw Types.expected("call", "something that can be called", target);
      }
      return charged(callable.call(scope, given), scope);
    }
  }

  /** Accounts for a string that an operation made. */
  private static Object charged(Object result, Scope scope) {
    if (result instanceof Text text) {
      scope.budget().string(text.value.length());
    }
    return result;
  }

  /** {@code input | name(arguments)}; the input of a filter block is null and given later. */
  record Filter(Expr input, String name, CallArguments arguments) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      return apply(scope.evaluate(input), scope);
    }

    /** Applies the chain of filters to text of a block. */
    Object applyTo(Object block, Scope scope) {
      return apply(input == null ? block : ((Filter) input).applyTo(block, scope), scope);
    }

    private Object apply(Object value, Scope scope) {
      return charged(Filters.apply(name, value, arguments.evaluate(scope), scope), scope);
    }
  }

  record Test(Expr input, String name, CallArguments arguments) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      Object value = scope.evaluate(input);
      return Tests.apply(name, value, arguments.evaluate(scope), scope);
    }
  }

  record Not(Expr operand) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      return !scope.test(operand);
    }
  }

  /** {@code and} and {@code or}: the value that decided, not a boolean. */
  record Logical(boolean and, Expr left, Expr right) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      Object value = scope.evaluate(left);
      return Types.isTrue(value) == and ? scope.evaluate(right) : value;
    }
  }

  /** {@code then if condition else otherwise}; without {@code else} the last part is null. */
  record Conditional(Expr condition, Expr then, Expr otherwise) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      if (scope.test(condition)) {
        return scope.evaluate(then);
      }
      return otherwise == null
          ? new Undefined("the inline if was false and has no else")
          : scope.evaluate(otherwise);
    }
  }

  /** {@code a < b <= c}: each operand is evaluated once and only as far as needed. */
  record Compare(Expr first, List<String> signs, List<Expr> operands) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      Object left = scope.evaluate(first);
      for (int i = 0; i < signs.size(); i++) {
        Object right = scope.evaluate(operands.get(i));
        if (!holds(signs.get(i), left, right, scope.budget())) {
          return false;
        }
        left = right;
      }
      return true;
    }

    static boolean holds(String sign, Object left, Object right, Budget budget) {
      return switch (sign) {
        case "==" -> Comparison.equal(left, right, budget);
        case "!=" -> !Comparison.equal(left, right, budget);
        case "<" -> Comparison.less(left, right, sign, budget);
        case ">" -> Comparison.less(right, left, sign, budget);
        case "<=" -> Comparison.lessOrEqual(left, right, sign, budget);
        case ">=" -> Comparison.lessOrEqual(right, left, sign, budget);
        case "in" -> Comparison.contains(right, left, budget);
        default -> !Comparison.contains(right, left, budget);
      };
    }
  }

  record Binary(String sign, Expr left, Expr right) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      Object a = scope.evaluate(left);
      Object b = scope.evaluate(right);
      return switch (sign) {
        case "+" -> Arithmetic.add(a, b, scope.budget());
        case "-" -> Arithmetic.subtract(a, b, scope.budget());
        case "*" -> Arithmetic.multiply(a, b, scope.budget());
        case "/" -> Arithmetic.divide(a, b);
        case "//" -> Arithmetic.floorDivide(a, b, scope.budget());
        case "%" -> Arithmetic.modulo(a, b, scope);
        default -> Arithmetic.power(a, b, scope.budget());
      };
    }
  }

  record Sign(boolean negative, Expr operand) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      Object value = scope.evaluate(operand);
      return negative ? Arithmetic.negate(value, scope.budget()) : Arithmetic.positive(value);
    }
  }

  /** {@code a ~ b ~ c}: the operands as strings, joined. */
  record Concat(List<Expr> parts) implements Expr {
    @Override
    public Object evaluate(Scope scope) {
      TextBuilder out = scope.newBuffer();
      for (Expr part : parts) {
        Text text = Printer.str(scope.evaluate(part), scope.budget());
        out.append(scope.autoescape() ? Html.escape(text, scope.budget()) : text);
      }
      return out.toText().asMarkup(scope.autoescape());
    }
  }
}
