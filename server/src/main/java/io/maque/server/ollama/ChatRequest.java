package io.maque.server.ollama;

import io.maque.chat.Message;
import io.maque.generate.Generation;
import io.maque.generate.LanguageModel;
import io.maque.generate.Prompt;
import io.maque.server.http.JsonFields;
import io.maque.server.ollama.AnswerParts.Part;
import io.maque.server.picture.Pictures;
import io.maque.server.schema.Grammars;
import io.maque.server.tools.ToolUse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The body of {@code POST /api/chat}.
 *
 * @param model which model is to answer
 * @param messages the conversation; none asks only that the model be loaded
 * @param tools what the model may call
 * @param answer what the answer should be like
 */
public record ChatRequest(String model, List<Message> messages, ToolUse tools, AnswerFields answer)
    implements Question {

  /** Takes all fields of {@code body}; one that cannot be served is refused. */
  public static ChatRequest read(JsonFields body, Pictures pictures) {
    String model = ModelName.read(body);
    List<Message> messages = new Messages(pictures).read(body);
    ToolUse tools = Tools.read(body);
    AnswerFields answer = AnswerFields.read(body);
    body.end();
    return new ChatRequest(model, messages, tools, answer);
  }

  @Override
  public boolean isEmpty() {
    return messages.isEmpty();
  }

  @Override
  public Optional<Duration> keepAlive() {
    return answer.keepAlive();
  }

  @Override
  public boolean stream() {
    return answer.stream();
  }

  @Override
  public Replies ask(LanguageModel asked, String name, Grammars grammars, InstantSource clock) {
    Pictures.requireEyes(name, asked.card(), messages);
    Task task = new Task(answer, tools, asked);
    Prompt.Chat prompt =
        new Prompt.Chat(messages, tools.offered(), answer.templateArguments(), true);
    return new ReadAnswer(
        task.generation(prompt, grammars),
        listener -> task.reader(prompt, listener),
        new ReadAnswer.Writer() {
          @Override
          public Object part(Part part) {
            return ChatReply.of(name, clock, part, null);
          }

          @Override
          public Object last(Part part, Generation generation, ReplyEnd end) {
            return ChatReply.of(name, clock, part, end);
          }
        });
  }

  @Override
  public Object loaded(String name, InstantSource clock, ReplyEnd end) {
    return ChatReply.of(name, clock, Part.EMPTY, end);
  }
}
