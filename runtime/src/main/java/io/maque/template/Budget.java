package io.maque.template;

/** Counts what one rendering consumes and ends it when a limit is passed. */
final class Budget {
  /** Characters or elements that native code handles in about the time of one evaluated node. */
  private static final int WORK_PER_STEP = 16;

  private final TemplateLimits limits;
  private long steps;
  private long textChars;
  private long elements;
  private int depth;

  Budget(TemplateLimits limits) {
    this.limits = limits;
  }

  TemplateLimits limits() {
    return limits;
  }

  void step() {
    if (++steps > limits.maxSteps()) {
      throw exceeded("more than " + limits.maxSteps() + " steps");
    }
  }

  /** Accounts for passing over {@code size} characters or elements. */
  void work(long size) {
    steps += size / WORK_PER_STEP;
    step();
  }

  void enter() {
    step();
    if (++depth > limits.maxDepth()) {
      throw exceeded("recursion deeper than " + limits.maxDepth() + " evaluations");
    }
  }

  void leave() {
    depth--;
  }

  /** Accounts for a new string, before it is allocated. */
  void string(long chars) {
    if (chars > limits.maxStringChars()) {
      throw exceeded("a string longer than " + limits.maxStringChars() + " characters");
    }
    textChars += chars;
    if (textChars > limits.maxTextChars()) {
      throw exceeded("more than " + limits.maxTextChars() + " characters of text in all");
    }
  }

  /** Accounts for {@code count} new list elements or mapping entries, before they are allocated. */
  void elements(long count) {
    elements += count;
    if (count < 0 || elements > limits.maxElements()) {
      throw exceeded("more than " + limits.maxElements() + " list elements in all");
    }
  }

  void nesting(int levels) {
    if (levels > limits.maxNesting()) {
      throw exceeded("values nested deeper than " + limits.maxNesting() + " levels");
    }
  }

  void integerBits(long bits) {
    if (bits > limits.maxIntegerBits()) {
      throw exceeded("an integer of more than " + limits.maxIntegerBits() + " bits");
    }
  }

  TemplateException exceeded(String what) {
    return new TemplateException("the template exceeded a limit: " + what);
  }
}
