package io.maque.server.ollama;

import io.maque.chat.Message;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.generate.Prompt;
import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import java.time.InstantSource;
import java.util.List;

/**
 * The body of {@code POST /api/chat}.
 *
 * @param model which model is to answer
 * @param messages the conversation; none asks only that the model be loaded
 * @param answer what the answer should be like
 */
public record ChatRequest(String model, List<Message> messages, AnswerFields answer)
    implements Question {

  /** Takes all fields of {@code body}; one that cannot be served is refused. */
  public static ChatRequest read(JsonFields body) {
    String model = ModelName.read(body);
    List<Message> messages = new Messages(model).read(body);
    AnswerFields answer = AnswerFields.read(body);
    refuseTools(body);
    body.end();
    return new ChatRequest(model, messages, answer);
  }

  /** Ollama's own library always sends the field, mostly empty. */
  private static void refuseTools(JsonFields body) {
    if (!body.array("tools").isEmpty()) {
      throw HttpException.unsupported("tools", "they are not offered in this dialect yet");
    }
  }

  @Override
  public boolean isEmpty() {
    return messages.isEmpty();
  }

  @Override
  public boolean stream() {
    return answer.stream();
  }

  @Override
  public Replies replies(String name, InstantSource clock) {
    return new ChatReply.Writer(name, clock);
  }

  @Override
  public GenerationRequest generation(LanguageModel asked) {
    answer.checkContext(asked.card().contextLength());
    return answer.generation(
        new Prompt.Chat(messages, List.of(), answer.templateArguments(), true));
  }
}
