package io.maque.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A macro, or the body of a {@code call} block, together with the scope that defines it. */
record Macro(Definition definition, Scope home) implements Callable {

  /**
   * What the template says of a macro.
   *
   * @param name null for the body of a call block
   * @param defaults of the last parameters
   * @param usesCaller whether the body reads {@code caller} without declaring it
   */
  record Definition(
      String name,
      List<String> parameters,
      List<Expr> defaults,
      Statement.Body body,
      boolean usesCaller,
      boolean usesKwargs,
      boolean usesVarargs) {}

  @Override
  public Object call(Scope scope, Arguments arguments) {
    Budget budget = scope.budget();
    TextBuilder buffer = scope.newBuffer();
    Scope inner = home.capturing(buffer);
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    Object[] given = arguments.positional();
    List<String> parameters = definition.parameters();
    int firstDefault = parameters.size() - definition.defaults().size();
    for (String parameter : parameters) {
      inner.set(parameter, Undefined.name(parameter));
    }
    boolean[] missing = new boolean[parameters.size()];
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      Object value = Arguments.ABSENT;
      if (i < given.length) {
        value = given[i];
      } else if (named.containsKey(parameter)) {
        value = named.remove(parameter);
      }
      missing[i] = value == Arguments.ABSENT;
      if (!missing[i]) {
        inner.set(parameter, value);
      }
    }
    bindSpecial(inner, arguments, named);
    for (int i = 0; i < missing.length; i++) {
      if (missing[i] && i >= firstDefault) {
        Expr fallback = definition.defaults().get(i - firstDefault);
        inner.set(parameters.get(i), inner.evaluate(fallback));
      }
    }
    budget.enter();
    definition.body().execute(inner);
    budget.leave();
    return buffer.toText().asMarkup(scope.autoescape());
  }

  /** The special names, and what is left over of the arguments. */
  private void bindSpecial(Scope inner, Arguments arguments, Map<String, Object> named) {
    int taken = definition.parameters().size();
    if (definition.usesCaller()) {
      Object caller = named.remove("caller");
      inner.set("caller", caller == null ? new Undefined("no caller defined") : caller);
    }
    if (definition.usesKwargs()) {
      Dict kwargs = new Dict(inner.budget());
      for (Map.Entry<String, Object> entry : named.entrySet()) {
        kwargs.put(Text.literal(entry.getKey()), entry.getValue());
      }
      inner.set("kwargs", kwargs);
    } else if (!named.isEmpty()) {
      throw new TemplateException(
          "macro '%s' takes no keyword argument '%s'"
              .formatted(definition.name(), named.keySet().iterator().next()));
    }
    if (definition.usesVarargs()) {
      inner.set("varargs", Sequence.tuple(inner.budget(), arguments.skip(taken).positional()));
    } else if (arguments.positional().length > taken) {
      throw new TemplateException(
          "macro '%s': expected at most %d arguments, found %d"
              .formatted(definition.name(), taken, arguments.positional().length));
    }
  }

  @Override
  public String description() {
    return "<Macro "
        + (definition.name() == null ? "anonymous" : "'" + definition.name() + "'")
        + ">";
  }
}
