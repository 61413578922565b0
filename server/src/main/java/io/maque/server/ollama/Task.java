package io.maque.server.ollama;

import io.maque.chat.ChatFormat;
import io.maque.chat.ToolCallFormat;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.generate.Prompt;
import io.maque.sampling.ConstraintFactory;
import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import io.maque.server.schema.Grammars;
import io.maque.server.schema.UnsupportedSchemaException;
import io.maque.server.tools.AnswerReader;
import io.maque.server.tools.ToolUse;
import io.maque.server.tools.UnsupportedToolsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A question and the model that is to answer it: what only the two together can say, such as how
 * calls are written.
 */
final class Task {
  private static final String THINK = "<think>";

  private final AnswerFields answer;
  private final ToolUse tools;
  private final LanguageModel model;
  private final String template;
  private final Optional<ToolCallFormat> format;

  /**
   * @throws HttpException 400 when the model cannot do what is asked
   */
  Task(AnswerFields answer, ToolUse tools, LanguageModel model) {
    this.answer = answer;
    this.tools = tools;
    this.model = model;
    this.template = model.chatFormat().map(ChatFormat::source).orElse("");
    try {
      this.format = tools.format(model.name(), template);
    } catch (UnsupportedToolsException e) {
      throw HttpException.badField("unsupported_parameter", "tools", e.getMessage());
    }
    if (answer.think().orElse(false) && !template.contains(THINK)) {
      throw HttpException.unsupported(
          "think", "model %s does not think before it answers".formatted(model.name()));
    }
    checkContext(model.card().contextLength());
  }

  /** The size of the context was set when the model was opened. */
  private void checkContext(int contextLength) {
    int wanted = answer.options().contextLength().orElse(0);
    if (wanted > contextLength) {
      throw JsonFields.invalid(
          "options.num_ctx",
          "expected at most %d, for which this server opened the model, found %d"
              .formatted(contextLength, wanted));
    }
  }

  /**
   * What the model is asked.
   *
   * @throws HttpException 400 when a schema cannot be held to
   */
  GenerationRequest generation(Prompt prompt, Grammars grammars) {
    OptionFields options = answer.options();
    List<String> stop = new ArrayList<>(options.stop());
    stop.addAll(tools.stops(format));
    GenerationRequest request =
        GenerationRequest.of(prompt)
            .withSampling(options.sampling())
            .withMaxTokens(options.maxTokens())
            .withStop(stop);
    return constraint(grammars).map(request::withConstraint).orElse(request);
  }

  private Optional<ConstraintFactory> constraint(Grammars grammars) {
    try {
      Optional<Grammars.Source> calls = tools.grammar(format);
      return calls.or(answer::format).map(source -> grammars.constraint(source, model.tokenizer()));
    } catch (UnsupportedSchemaException e) {
      throw HttpException.badField("unsupported_schema", "tools", e.getMessage());
    }
  }

  /** A reader for the answer to a prompt. */
  AnswerReader reader(Prompt prompt, AnswerReader.Listener listener) {
    return tools.reader(format, opensThinking(prompt), listener);
  }

  private boolean opensThinking(Prompt prompt) {
    String end =
        switch (prompt) {
          case Prompt.Text(String text, boolean _, boolean _) -> text;
          case Prompt.Chat chat when template.contains(THINK) -> rendered(chat);
          case Prompt.Chat _, Prompt.Tokens _ -> "";
        };
    return end.stripTrailing().endsWith(THINK);
  }

  private String rendered(Prompt.Chat chat) {
    return model
        .chatFormat()
        .orElseThrow()
        .render(chat.messages(), chat.tools(), chat.templateArguments(), chat.addGenerationPrompt())
        .text();
  }
}
