package io.maque.server.openai;

import io.maque.chat.ImageDetail;
import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.generate.GenerationRequest;
import io.maque.generate.Prompt;
import io.maque.sampling.ConstraintFactory;
import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import io.maque.server.picture.Pictures;
import io.maque.server.router.Models;
import io.maque.server.schema.ResponseFormat;
import io.maque.server.tools.ToolUse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The body of {@code POST /v1/chat/completions}, with every field that is understood.
 *
 * @param model which model is to answer; {@link Models#ANY} when the request does not say
 * @param prompt the conversation
 * @param tools what the model may call
 * @param responseFormat what the answer must be; empty for any text
 * @param answer what the answer should be like
 * @param topLogprobs how many alternatives to tell for each token, or {@link
 *     GenerationRequest#NO_LOGPROBS}
 * @param shortForm whether it was {@code {"prompt": "…"}}, whose answer has {@code response} too
 */
public record ChatCompletionRequest(
    String model,
    Prompt.Chat prompt,
    ToolUse tools,
    Optional<ResponseFormat> responseFormat,
    AnswerFields answer,
    int topLogprobs,
    boolean shortForm) {

  /** Takes all fields of {@code body}; one that cannot be served is refused. */
  public static ChatCompletionRequest read(JsonFields body, Pictures pictures) {
    String model = body.string("model").orElse(Models.ANY);
    AnswerFields answer = AnswerFields.read(body, 1, GenerationRequest.UNLIMITED);
    boolean shortForm = body.has("prompt") && !body.has("messages");
    String name = model.equals(Models.ANY) ? "of this server" : model;
    List<Message> messages =
        shortForm ? question(body, pictures) : new ChatMessages(name, pictures).read(body);
    ToolUse tools = ToolFields.read(body);
    Optional<ResponseFormat> responseFormat = ResponseFormatField.read(body);
    if (responseFormat.isPresent() && tools.choice().allowed()) {
      throw HttpException.unsupported(
          "response_format", "an answer that may be a call has no format: leave tools out");
    }
    Prompt.Chat prompt = new Prompt.Chat(messages, tools.offered(), templateArguments(body), true);
    int topLogprobs = topLogprobs(body);
    OtherFields.take(body);
    body.end();
    return new ChatCompletionRequest(
        model, prompt, tools, responseFormat, answer, topLogprobs, shortForm);
  }

  /** The short form of simple scripts: one question, about a picture or not. */
  private static List<Message> question(JsonFields body, Pictures pictures) {
    List<Part.Image> images =
        body
            .string("image")
            .map(text -> new Part.Image(pictures.ofBase64("image", text), ImageDetail.AUTO))
            .stream()
            .toList();
    return List.of(Message.user(images, body.requiredString("prompt")));
  }

  private static Map<String, Object> templateArguments(JsonFields body) {
    return body.object("chat_template_kwargs").map(JsonFields::toMap).orElse(Map.of());
  }

  private static int topLogprobs(JsonFields body) {
    OptionalInt top = body.integer("top_logprobs", 0, GenerationRequest.MAX_TOP_LOGPROBS);
    if (body.flag("logprobs", false)) {
      return top.orElse(0);
    }
    if (top.isPresent()) {
      throw JsonFields.invalid("top_logprobs", "it goes with logprobs: true only");
    }
    return GenerationRequest.NO_LOGPROBS;
  }

  /** Whether log-probabilities were asked for. */
  public boolean logprobs() {
    return topLogprobs != GenerationRequest.NO_LOGPROBS;
  }

  /** Whether the answer is sent while it grows. */
  public boolean stream() {
    return answer.stream();
  }

  /**
   * One request for each answer.
   *
   * @param stops texts that end an answer besides those of the request
   * @param constraint what each answer is held to
   */
  List<GenerationRequest> generations(List<String> stops, Optional<ConstraintFactory> constraint) {
    return answer.generations(prompt, topLogprobs).stream()
        .map(each -> each.withStop(Stream.concat(each.stop().stream(), stops.stream()).toList()))
        .map(each -> constraint.map(each::withConstraint).orElse(each))
        .toList();
  }
}
