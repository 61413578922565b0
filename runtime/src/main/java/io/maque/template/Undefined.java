package io.maque.template;

/**
 * The value of a name, attribute or element that does not exist: prints as nothing, iterates over
 * nothing, is false, and fails on every other use.
 */
record Undefined(String reason) {
  static Undefined name(String name) {
    return new Undefined("'" + name + "' is undefined");
  }

  static Undefined member(Object owner, Object name) {
    String member =
        name instanceof Text ? "attribute '" + name + "'" : "element " + Types.brief(name);
    return new Undefined("a value of type '" + Types.name(owner) + "' has no " + member);
  }

  /** An attribute that exists but that the sandbox keeps from templates. */
  static Undefined unsafe(Object owner, String name) {
    return new Undefined(
        "access to attribute '" + name + "' of a '" + Types.name(owner) + "' value is unsafe");
  }

  TemplateException failure() {
    return new TemplateException(reason);
  }
}
