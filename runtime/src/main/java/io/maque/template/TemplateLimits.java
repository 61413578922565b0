package io.maque.template;

/**
 * What one template may consume. Templates come with model files from strangers, so every resource
 * is bounded and exceeding a bound is a {@link TemplateException}, never an exhausted heap or
 * stack.
 *
 * @param maxSourceChars length of the template text
 * @param maxNesting nesting of expressions and blocks in the source and of values in each other
 * @param maxDepth evaluations in progress at once (what recursion of macros consumes)
 * @param maxSteps evaluated nodes, loop turns, and shares of the work inside filters
 * @param maxOutputChars length of the rendered text
 * @param maxStringChars length of any one string
 * @param maxTextChars characters of all strings made during one rendering together
 * @param maxElements elements of all lists and mappings made during one rendering together
 * @param maxIntegerBits size of any one integer
 */
public record TemplateLimits(
    int maxSourceChars,
    int maxNesting,
    int maxDepth,
    long maxSteps,
    int maxOutputChars,
    int maxStringChars,
    long maxTextChars,
    long maxElements,
    int maxIntegerBits) {

  /** Far above what chat templates need, far below what hurts: well under a second and 200 MB. */
  public static final TemplateLimits DEFAULT =
      new TemplateLimits(
          2_000_000, 150, 1_000, 3_000_000, 8_000_000, 16_000_000, 64_000_000, 2_000_000, 16_384);

  public TemplateLimits {
    requirePositive("maxSourceChars", maxSourceChars);
    requirePositive("maxNesting", maxNesting);
    requirePositive("maxDepth", maxDepth);
    requirePositive("maxSteps", maxSteps);
    requirePositive("maxOutputChars", maxOutputChars);
    requirePositive("maxStringChars", maxStringChars);
    requirePositive("maxTextChars", maxTextChars);
    requirePositive("maxElements", maxElements);
    requirePositive("maxIntegerBits", maxIntegerBits);
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + ": expected a positive number, found " + value);
    }
  }
}
