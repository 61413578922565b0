package io.maque.template;

/** The text is not a template: the message says the line, what was found and what was expected. */
public final class TemplateSyntaxException extends TemplateException {
  private static final long serialVersionUID = 1L;

  TemplateSyntaxException(String message, int line) {
    super(message, line, false);
  }
}
