package io.maque.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the parser learns of names while it reads: jinja2 decides their scopes before it runs. */
final class NameUse {
  private static final Set<String> SPECIAL = Set.of("caller", "kwargs", "varargs");

  /**
   * The names of one scope of the template. A name that the scope assigns before it reads it is its
   * own from the start: until the assignment it is undefined in there, in inner scopes too, even
   * when the context has a value for it. Unless a scope around it uses the name: then it begins
   * with the value of that one.
   */
  static final class Frame {
    private final Frame parent;
    private final Set<String> seen = new HashSet<>();
    private final Set<String> assignedFirst = new LinkedHashSet<>();
    private List<String> hidden = List.of();

    private Frame(Frame parent) {
      this.parent = parent;
    }

    /** Names that are undefined when the scope opens. */
    List<String> hidden() {
      return hidden;
    }

    private void resolve() {
      for (Frame around = parent; around != null; around = around.parent) {
        assignedFirst.removeAll(around.seen);
      }
      hidden = List.copyOf(assignedFirst);
    }
  }

  /** The special names of one macro body: read before the body assigned them itself. */
  static final class Specials {
    private final Set<String> read = new HashSet<>();
    private final Set<String> assigned = new HashSet<>();

    boolean reads(String name) {
      return read.contains(name);
    }
  }

  private record Unknown(String kind, String name, int line) {}

  private final List<Frame> frames = new ArrayList<>();
  private final Deque<Specials> macros = new ArrayDeque<>();
  private final List<Unknown> unknown = new ArrayList<>();
  private Frame frame;
  private boolean guarded;

  /** A new scope inside the current one; {@code begin} and {@code end} enclose its source. */
  Frame newFrame() {
    Frame inner = new Frame(frame);
    frames.add(inner);
    return inner;
  }

  /** A scope that sees only the context. */
  Frame newRootFrame() {
    Frame root = new Frame(null);
    frames.add(root);
    return root;
  }

  /** Makes a scope the current one; answers the one before. */
  Frame enter(Frame inner) {
    Frame around = frame;
    frame = inner;
    return around;
  }

  Specials beginMacro() {
    Specials specials = new Specials();
    macros.push(specials);
    return specials;
  }

  void endMacro() {
    macros.pop();
  }

  void read(String name) {
    frame.seen.add(name);
    if (SPECIAL.contains(name)) {
      for (Specials macro : macros) {
        if (!macro.assigned.contains(name)) {
          macro.read.add(name);
        }
      }
    }
  }

  /** A parameter or loop variable: it has its value when the scope opens. */
  void declared(String name) {
    frame.seen.add(name);
    if (SPECIAL.contains(name)) {
      macros.forEach(macro -> macro.assigned.add(name));
    }
  }

  /** The target of an assignment, told behind the value that is assigned. */
  void assigned(String name) {
    if (frame.seen.add(name) && !guarded) {
      frame.assignedFirst.add(name);
    }
    if (SPECIAL.contains(name)) {
      macros.forEach(macro -> macro.assigned.add(name));
    }
  }

  /**
   * Whether the source stands directly inside an {@code if}, where filters and tests are looked up
   * only when they are used and assignments are not certain; answers what held before.
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

  /** Settles the scopes; fails for a filter or test that does not exist and that nothing guards. */
  void finish() {
    if (!unknown.isEmpty()) {
      Unknown first = unknown.getFirst();
      throw new TemplateSyntaxException(
          "expected the name of a %s, found '%s'".formatted(first.kind(), first.name()),
          first.line());
    }
    for (Frame scope : frames) {
      scope.resolve();
    }
  }
}
