package io.maque.template;

import java.util.Map;

/**
 * A parsed chat template; immutable, may be rendered from several threads at once.
 *
 * <p>The language is that of jinja2 3.1 as the transformers library sets it up for chat templates,
 * see the package description. Templates stand alone ({@code include}, {@code import} and {@code
 * extends} fail when executed) and are deterministic ({@code random} and {@code lipsum} fail).
 */
public final class Template {
  private final Statement.Body body;

  private Template(Statement.Body body) {
    this.body = body;
  }

  /**
   * Parses a template within the default limits.
   *
   * @throws TemplateSyntaxException with the line, what was found and what was expected
   */
  public static Template parse(String source) {
    return parse(source, TemplateLimits.DEFAULT);
  }

  /** Parses a template; {@code limits} bound its length and nesting. */
  public static Template parse(String source, TemplateLimits limits) {
    if (source.length() > limits.maxSourceChars()) {
      throw new TemplateSyntaxException(
          "expected a template of at most %d characters, found %d"
              .formatted(limits.maxSourceChars(), source.length()),
          0);
    }
    return new Template(Parser.parse(source, limits));
  }

  /**
   * Renders the template.
   *
   * @param context the variables: null, booleans, numbers, strings, and lists and maps of these
   * @throws TemplateException when the template refuses the context, fails on it or exceeds a limit
   */
  public String render(Map<String, ?> context, RenderOptions options) {
    return text(context, options).value;
  }

  /** Renders the template and says which parts of the text came from strings of the context. */
  public Rendered renderTracked(Map<String, ?> context, RenderOptions options) {
    Text text = text(context, options);
    return new Rendered(text.value, text.inputRanges());
  }

  private Text text(Map<String, ?> context, RenderOptions options) {
    Rendering rendering = new Rendering(context, options);
    TextBuilder out = new TextBuilder(rendering.budget(), options.limits().maxOutputChars());
    body.execute(Scope.root(rendering, out));
    return out.toText();
  }
}
