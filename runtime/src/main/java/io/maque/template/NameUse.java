package io.maque.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the parser learns of names: special ones used in macros, filters and tests not known. */
final class NameUse {
  private static final Set<String> SPECIAL = Set.of("caller", "kwargs", "varargs");

  /** The special names of one macro body: read before the body assigned them itself. */
  static final class Body {
    private final Set<String> read = new HashSet<>();
    private final Set<String> assigned = new HashSet<>();

    boolean reads(String name) {
      return read.contains(name);
    }
  }

  private record Unknown(String kind, String name, int line) {}

  private final Deque<Body> bodies = new ArrayDeque<>();
  private final List<Unknown> unknown = new ArrayList<>();
  private boolean guarded;

  Body beginBody() {
    Body body = new Body();
    bodies.push(body);
    return body;
  }

  void endBody() {
    bodies.pop();
  }

  void read(String name) {
    if (SPECIAL.contains(name)) {
      for (Body body : bodies) {
        if (!body.assigned.contains(name)) {
          body.read.add(name);
        }
      }
    }
  }

  void assigned(String name) {
    if (SPECIAL.contains(name)) {
      bodies.forEach(body -> body.assigned.add(name));
    }
  }

  /**
   * Whether names of filters and tests are looked up only when they are used, as they are directly
   * inside an {@code if}; answers what held before.
   */
  boolean guard(boolean now) {
    boolean before = guarded;
    guarded = now;
    return before;
  }

  void unknown(String kind, String name, int line) {
    if (!guarded) {
      unknown.add(new Unknown(kind, name, line));
    }
  }

  int unknownCount() {
    return unknown.size();
  }

  void forgetUnknown(int count) {
    unknown.subList(count, unknown.size()).clear();
  }

  /** Fails for a filter or test that does not exist and that no condition guards. */
  void requireKnown() {
    if (!unknown.isEmpty()) {
      Unknown first = unknown.getFirst();
      throw new TemplateSyntaxException(
          "expected the name of a %s, found '%s'".formatted(first.kind(), first.name()),
          first.line());
    }
  }
}
