package io.maque.template;

/** A method of a value, bound to it. */
record Method(Object receiver, String name) implements Callable {
  @Override
  public Object call(Scope scope, Arguments arguments) {
    return receiver instanceof Text text
        ? StringMethods.call(text, name, arguments, scope)
        : ContainerMethods.call(receiver, name, arguments, scope);
  }

  @Override
  public String description() {
    return "<built-in method " + name + " of " + Types.name(receiver) + " object>";
  }
}
