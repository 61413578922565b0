package io.maque.template;

import java.util.LinkedHashMap;
import java.util.Map;

/** The one mutable value of the language: {@code set ns.name = value} assigns its attributes. */
final class Namespace {
  private final Map<String, Object> attributes = new LinkedHashMap<>();

  Map<String, Object> attributes() {
    return attributes;
  }

  void set(String name, Object value, Budget budget) {
    if (name.startsWith("_")) {
      throw new TemplateException(
          "a namespace attribute must not begin with an underscore, found '" + name + "'");
    }
    budget.elements(1);
    attributes.put(name, value);
  }
}
