package io.maque.server.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.chat.Message;
import io.maque.chat.Part.Image;
import io.maque.generate.Generation;
import io.maque.generate.LanguageModel;
import io.maque.generate.Prompt;
import io.maque.sampling.SampledToken;
import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import io.maque.server.ollama.AnswerParts.Part;
import io.maque.server.picture.Pictures;
import io.maque.server.schema.Grammars;
import io.maque.server.tools.ToolUse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The body of {@code POST /api/generate}.
 *
 * @param model which model is to answer
 * @param prompt the question, or with {@code raw} the text to be continued; when empty, the request
 *     asks only that the model be loaded
 * @param system instructions before the question; may be empty
 * @param raw whether the prompt is in the model's own words already, control tokens included
 * @param images pictures that the question is about
 * @param context token ids of an earlier answer to go on from; may be empty
 * @param answer what the answer should be like
 */
public record GenerateRequest(
    String model,
    String prompt,
    String system,
    boolean raw,
    List<Image> images,
    List<Integer> context,
    AnswerFields answer)
    implements Question {

  /** Takes all fields of {@code body}; one that cannot be served is refused. */
  public static GenerateRequest read(JsonFields body, Pictures pictures) {
    String model = ModelName.read(body);
    String prompt = body.string("prompt").orElse("");
    String system = body.string("system").orElse("");
    boolean raw = body.flag("raw", false);
    List<Integer> context = context(body.array("context"));
    List<Image> images = Messages.images(pictures, body);
    refuseText(body, "template", "a model's own chat template is used; send raw text instead");
    refuseText(body, "suffix", "filling in the middle is not offered");
    AnswerFields answer = AnswerFields.read(body);
    body.end();
    if (raw && !system.isEmpty()) {
      throw JsonFields.invalid("raw", "expected the system text inside the raw prompt");
    }
    if (!images.isEmpty() && (raw || !context.isEmpty())) {
      throw JsonFields.invalid("images", "expected neither raw nor context beside them");
    }
    return new GenerateRequest(model, prompt, system, raw, images, context, answer);
  }

  /** Clients send these fields empty when they do not use them. */
  private static void refuseText(JsonFields body, String name, String why) {
    if (!body.string(name).orElse("").isEmpty()) {
      throw HttpException.unsupported(name, why);
    }
  }

  private static List<Integer> context(List<JsonNode> nodes) {
    return IntStream.range(0, nodes.size())
        .mapToObj(
            i -> (int) JsonFields.integer("context[" + i + "]", nodes.get(i), 0, Integer.MAX_VALUE))
        .toList();
  }

  @Override
  public boolean isEmpty() {
    return prompt.isEmpty() && images.isEmpty();
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
    Pictures.requireEyes(name, asked.card(), messages());
    Task task = new Task(answer, ToolUse.NONE, asked);
    Prompt prompt = prompt(asked);
    // As token ids, since they are part of the reply; with pictures they would say nothing.
    List<Integer> ids = images.isEmpty() ? ids(asked, prompt) : List.of();
    return new ReadAnswer(
        task.generation(images.isEmpty() ? new Prompt.Tokens(ids) : prompt, grammars),
        listener -> task.reader(prompt, listener),
        new ReadAnswer.Writer() {
          @Override
          public Object part(Part part) {
            return GenerateReply.of(name, clock, part, null, null);
          }

          @Override
          public Object last(Part part, Generation generation, ReplyEnd end) {
            List<Integer> context = images.isEmpty() ? context(ids, generation) : null;
            return GenerateReply.of(name, clock, part, context, end);
          }
        });
  }

  private static List<Integer> context(List<Integer> prompt, Generation generation) {
    return Stream.concat(prompt.stream(), generation.tokens().stream().map(SampledToken::id))
        .toList();
  }

  @Override
  public Object loaded(String name, InstantSource clock, ReplyEnd end) {
    return GenerateReply.of(name, clock, Part.EMPTY, null, end);
  }

  private List<Integer> ids(LanguageModel asked, Prompt prompt) {
    int known = asked.tokenizer().size();
    List<Integer> ids = new ArrayList<>(context);
    for (int id : ids) {
      if (id >= known) {
        throw JsonFields.invalid(
            "context", "expected token ids below %d, found %d".formatted(known, id));
      }
    }
    int[] question = asked.encode(prompt);
    boolean goesOn = !ids.isEmpty() && question.length > 0;
    int bos = asked.tokenizer().bos().orElse(-1);
    int begin = goesOn && question[0] == bos ? 1 : 0;
    for (int i = begin; i < question.length; i++) {
      ids.add(question[i]);
    }
    return ids;
  }

  private Prompt prompt(LanguageModel asked) {
    if (raw) {
      return new Prompt.Text(prompt, true, true);
    }
    if (system.isEmpty() && asked.chatFormat().isEmpty()) {
      return new Prompt.Text(prompt, false, true);
    }
    return new Prompt.Chat(messages(), List.of(), answer.templateArguments(), true);
  }

  private List<Message> messages() {
    List<Message> messages = new ArrayList<>();
    if (!system.isEmpty()) {
      messages.add(Message.system(system));
    }
    messages.add(Message.user(images, prompt));
    return messages;
  }
}
