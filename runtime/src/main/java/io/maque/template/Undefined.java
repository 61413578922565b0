package io.maque.template;

/**
 * The value of a name, attribute or element that does not exist: prints as nothing, iterates over
 * nothing, is false, and fails on every other use. Templates make many of them and use few, so the
 * sentence is composed when it is needed.
 *
 * @param reason what is undefined, with {@code %s} for the details
 * @param first detail, may be null
 * @param second detail, may be null
 */
record Undefined(String reason, Object first, Object second) {
  Undefined(String reason) {
    this(reason, null, null);
  }

  static Undefined name(String name) {
    return new Undefined("'%s' is undefined", name, null);
  }

  static Undefined member(Object owner, Object name) {
    return name instanceof Text
        ? new Undefined("a value of type '%s' has no attribute '%s'", Types.name(owner), name)
        : new Undefined("a value of type '%s' has no element %s", Types.name(owner), name);
  }

  /** An attribute that exists but that the sandbox keeps from templates. */
  static Undefined unsafe(Object owner, String name) {
    return new Undefined(
        "a value of type '%s' does not show its attribute '%s'", Types.name(owner), name);
  }

  TemplateException failure() {
    boolean shown = second == null || second instanceof Text || second instanceof String;
    Object detail = shown ? second : Types.brief(second);
    return new TemplateException(first == null ? reason : reason.formatted(first, detail));
  }
}
