package io.maque.template;

/** Anything a template can call: globals, macros, methods of values, {@code loop.cycle}. */
interface Callable {
  Object call(Scope scope, Arguments arguments);

  /** How it prints. */
  String description();
}
