package io.maque.template;

import java.util.Arrays;
import java.util.Map;

/** The evaluated arguments of one call. */
record Arguments(Object[] positional, Map<String, Object> named) {
  /** Marks a parameter that the call did not give; distinct from {@code none}. */
  static final Object ABSENT = new Object();

  static final Arguments NONE = new Arguments(new Object[0], Map.of());

  /** The arguments behind the first {@code count} positional ones. */
  Arguments skip(int count) {
    return new Arguments(
        Arrays.copyOfRange(positional, Math.min(count, positional.length), positional.length),
        named);
  }

  /**
   * The values of the parameters in order, {@link #ABSENT} where optional ones were left out.
   *
   * @param required how many of the parameters, from the first, must be given
   */
  Object[] bind(String function, int required, String... parameters) {
    if (positional.length > parameters.length) {
      throw new TemplateException(
          "%s(): expected at most %d arguments, found %d"
              .formatted(function, parameters.length, positional.length));
    }
    Object[] values = Arrays.copyOf(positional, parameters.length);
    Arrays.fill(values, positional.length, parameters.length, ABSENT);
    for (Map.Entry<String, Object> argument : named.entrySet()) {
      int index = Arrays.asList(parameters).indexOf(argument.getKey());
      if (index < 0) {
        throw new TemplateException(
            "%s(): unexpected keyword argument '%s'".formatted(function, argument.getKey()));
      }
      if (values[index] != ABSENT) {
        throw new TemplateException(
            "%s(): two values for argument '%s'".formatted(function, argument.getKey()));
      }
      values[index] = argument.getValue();
    }
    for (int i = 0; i < required; i++) {
      if (values[i] == ABSENT) {
        throw new TemplateException(
            "%s(): missing argument '%s'".formatted(function, parameters[i]));
      }
    }
    return values;
  }

  /** The positional arguments, {@link #ABSENT} up to {@code most}; keywords are refused. */
  Object[] positionalOnly(String function, int least, int most) {
    if (!named.isEmpty()) {
      throw new TemplateException(function + "(): takes no keyword arguments");
    }
    if (positional.length < least || positional.length > most) {
      throw new TemplateException(
          "%s(): expected %s arguments, found %d"
              .formatted(
                  function, least == most ? least : least + " to " + most, positional.length));
    }
    Object[] values = Arrays.copyOf(positional, most);
    Arrays.fill(values, positional.length, most, ABSENT);
    return values;
  }

  /** The given value, or {@code fallback} when the argument was left out. */
  static Object or(Object value, Object fallback) {
    return value == ABSENT ? fallback : value;
  }
}
