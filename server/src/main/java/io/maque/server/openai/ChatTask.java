package io.maque.server.openai;

import io.maque.chat.ChatFormat;
import io.maque.chat.ToolCallFormat;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.generate.Prompt;
import io.maque.server.http.HttpException;
import io.maque.server.schema.Grammars;
import io.maque.server.schema.UnsupportedSchemaException;
import io.maque.server.tools.AnswerReader;
import io.maque.server.tools.UnsupportedToolsException;
import java.util.List;
import java.util.Optional;

/**
 * A chat completion and the model that is to answer it: what only the two together can say, such as
 * how calls are written.
 */
public final class ChatTask {
  private final ChatCompletionRequest request;
  private final LanguageModel model;
  private final Grammars grammars;
  private final Optional<ToolCallFormat> format;
  private final boolean insideReasoning;

  /**
   * @throws HttpException 400 when there are tools and the model has no way to call them
   */
  public ChatTask(ChatCompletionRequest request, LanguageModel model, Grammars grammars) {
    this.request = request;
    this.model = model;
    this.grammars = grammars;
    String template = model.chatFormat().map(ChatFormat::source).orElse("");
    try {
      this.format = request.tools().format(model.name(), template);
    } catch (UnsupportedToolsException e) {
      throw HttpException.badField("unsupported_parameter", "tools", e.getMessage());
    }
    this.insideReasoning = template.contains("<think>") && promptOpensReasoning();
  }

  private boolean promptOpensReasoning() {
    Prompt.Chat chat = request.prompt();
    String prompt =
        model
            .chatFormat()
            .orElseThrow()
            .render(
                chat.messages(), chat.tools(), chat.templateArguments(), chat.addGenerationPrompt())
            .text();
    return prompt.stripTrailing().endsWith("<think>");
  }

  /**
   * One request for each answer.
   *
   * @throws HttpException 400 when the schema of a tool cannot be held to
   */
  public List<GenerationRequest> generations() {
    Optional<Grammars.Source> grammar = request.tools().grammar(format);
    String field = "tools";
    if (grammar.isEmpty()) {
      grammar = request.responseFormat().map(source -> source);
      field = "response_format";
    }
    try {
      return request.generations(
          request.tools().stops(format),
          grammar.map(source -> grammars.constraint(source, model.tokenizer())));
    } catch (UnsupportedSchemaException e) {
      throw HttpException.badField("unsupported_schema", field, e.getMessage());
    }
  }

  /** A reader for one answer. */
  public AnswerReader reader(AnswerReader.Listener listener) {
    return request.tools().reader(format, insideReasoning, listener);
  }
}
