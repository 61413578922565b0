package io.maque.template;

/**
 * A template could not be rendered: it called {@code raise_exception}, used a value in a way its
 * type does not allow, or exceeded a limit. For {@code raise_exception(text)} the message is
 * exactly that text; otherwise it begins with the line of the template where it happened.
 */
public class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean raised;
  private int line;

  TemplateException(String message) {
    this(message, 0, false);
  }

  TemplateException(String message, int line, boolean raised) {
    super(message);
    this.line = line;
    this.raised = raised;
  }

  /** What the template itself said by {@code raise_exception(message)}. */
  static TemplateException raised(String message) {
    return new TemplateException(message, 0, true);
  }

  /** The line of the template, from 1; 0 when it is not known. */
  public final int line() {
    return line;
  }

  /** Whether the template itself refused its input by calling {@code raise_exception}. */
  public final boolean raisedByTemplate() {
    return raised;
  }

  @Override
  public final String getMessage() {
    return line > 0 && !raised
        ? "template line " + line + ": " + super.getMessage()
        : super.getMessage();
  }

  /** Adds the line unless an inner statement already said where it happened. */
  final TemplateException at(int statementLine) {
    if (line == 0) {
      line = statementLine;
    }
    return this;
  }
}
