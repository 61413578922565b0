package io.maque.chat;

import io.maque.template.Range;
import io.maque.template.RenderOptions;
import io.maque.template.Rendered;
import io.maque.template.Template;
import io.maque.tokenizer.Special;
import io.maque.tokenizer.TextSegment;
import io.maque.tokenizer.Tokenizer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * How a model wants a conversation written: its chat template and its tokenizer together.
 *
 * <p>The template runs with the variables that Hugging Face transformers gives it: {@code
 * messages}, {@code tools}, {@code add_generation_prompt} and the special tokens. Only what the
 * template itself writes can become a control token; texts of messages, tools and arguments are
 * plain text whatever they spell.
 */
public final class ChatFormat {
  private static final Set<String> RESERVED =
      Set.of("messages", "tools", "add_generation_prompt", "bos_token", "eos_token");

  private final String source;
  private final Tokenizer tokenizer;
  private final Clock clock;
  private final Optional<ImageMarkup> imageMarkup;
  private final List<String> stopSequences;
  private Template template;

  /**
   * @param source text of the template; parsed when first used, so that a model with a broken one
   *     can still continue plain text
   * @param clock what {@code strftime_now} shows
   * @param imageMarkup how prompts show pictures; empty when they cannot
   * @param stopSequences what the model writes behind an answer where it does not write an end
   *     token
   */
  public ChatFormat(
      String source,
      Tokenizer tokenizer,
      Clock clock,
      Optional<ImageMarkup> imageMarkup,
      List<String> stopSequences) {
    this.source = source;
    this.tokenizer = tokenizer;
    this.clock = clock;
    this.imageMarkup = imageMarkup;
    this.stopSequences = List.copyOf(stopSequences);
  }

  /** A format whose answers end with an end token. */
  public ChatFormat(
      String source, Tokenizer tokenizer, Clock clock, Optional<ImageMarkup> imageMarkup) {
    this(source, tokenizer, clock, imageMarkup, List.of());
  }

  /** The template as it stands in the file. */
  public String source() {
    return source;
  }

  /** Texts that end an answer, beside the end tokens of the vocabulary. */
  public List<String> stopSequences() {
    return stopSequences;
  }

  /**
   * A conversation as the model reads it, begin token included where the template or the tokenizer
   * wants one.
   *
   * @param images what stands for each picture of the conversation, in its order
   * @throws IllegalArgumentException when there are more or fewer than the conversation has
   *     pictures
   * @see #render
   */
  public ChatPrompt encode(
      List<Message> messages,
      List<Tool> tools,
      Map<String, Object> templateArguments,
      boolean addGenerationPrompt,
      List<ImagePlaceholder> images) {
    Optional<PromptImages> promptImages = promptImages(messages);
    int expected = messages.stream().mapToInt(message -> message.images().size()).sum();
    if (images.size() != expected) {
      throw new IllegalArgumentException(
          "images: expected a placeholder for each of %d, found %d"
              .formatted(expected, images.size()));
    }
    Rendered rendered =
        render(messages, tools, templateArguments, addGenerationPrompt, promptImages);
    ChatPromptBuilder prompt = new ChatPromptBuilder(images);
    int end = 0;
    for (PromptImages.Place place : promptImages.map(i -> i.find(rendered)).orElse(List.of())) {
      prompt.add(tokenizer.encode(segments(rendered, end, place.range().start())));
      prompt.addImage(place.image());
      end = place.range().end();
    }
    prompt.add(tokenizer.encode(segments(rendered, end, rendered.text().length())));
    return prompt.build(tokenizer);
  }

  /**
   * The text of a conversation. Where a picture stands there is the token of the template, or a
   * character of private use.
   *
   * @param tools may be empty
   * @param templateArguments further variables of the template, such as {@code enable_thinking}
   * @param addGenerationPrompt whether the begin of an answer goes last
   * @throws IllegalArgumentException when an argument has the name of a variable that Maque sets
   * @throws ImagePlacesException when there are pictures and prompts of this model cannot show them
   * @throws io.maque.template.TemplateException when the template is broken or refuses the
   *     conversation
   */
  public Rendered render(
      List<Message> messages,
      List<Tool> tools,
      Map<String, Object> templateArguments,
      boolean addGenerationPrompt) {
    return render(messages, tools, templateArguments, addGenerationPrompt, promptImages(messages));
  }

  /** Empty for a conversation without pictures. */
  private Optional<PromptImages> promptImages(List<Message> messages) {
    if (messages.stream().allMatch(message -> message.images().isEmpty())) {
      return Optional.empty();
    }
    ImageMarkup markup =
        imageMarkup.orElseThrow(() ->
            new ImagePlacesException(
                "the conversation has images: expected text only, prompts of this model show no"
                    + " images"));
    return Optional.of(new PromptImages(markup, messages));
  }

  private Rendered render(
      List<Message> messages,
      List<Tool> tools,
      Map<String, Object> templateArguments,
      boolean addGenerationPrompt,
      Optional<PromptImages> images) {
    Map<String, Object> context = new HashMap<>();
    templateArguments.forEach((name, value) -> {
      if (RESERVED.contains(name) || name.endsWith("_token")) {
        throw new IllegalArgumentException(
            "template argument %s: expected another name, this variable is set by Maque"
                .formatted(name));
      }
      context.put(name, value);
    });
    context.put("messages", variables(messages, Message::text));
    context.put("tools", tools.isEmpty() ? null : tools.stream().map(ChatFormat::schema).toList());
    context.put("add_generation_prompt", addGenerationPrompt);
    tokenizer.bos().ifPresent(id -> context.put("bos_token", tokenizer.piece(id)));
    tokenizer.eos().ifPresent(id -> context.put("eos_token", tokenizer.piece(id)));
    images.ifPresent(i -> {
      i.avoid(source, context);
      context.put("messages", variables(messages, i::content));
    });
    return template().renderTracked(context, RenderOptions.by(clock));
  }

  private synchronized Template template() {
    if (template == null) {
      template = Template.parse(source);
    }
    return template;
  }

  /** {@code ids} with the begin token first, where the model wants it and it is not there yet. */
  public static int[] withBos(int[] ids, Tokenizer tokenizer) {
    if (!tokenizer.addBos() || tokenizer.bos().isEmpty()) {
      return ids;
    }
    int bos = tokenizer.bos().getAsInt();
    if (ids.length > 0 && ids[0] == bos) {
      return ids;
    }
    int[] withBos = new int[ids.length + 1];
    withBos[0] = bos;
    System.arraycopy(ids, 0, withBos, 1, ids.length);
    return withBos;
  }

  /** Cuts a stretch of a rendered prompt where template and input meet. */
  private static List<TextSegment> segments(Rendered rendered, int begin, int end) {
    String text = rendered.text();
    List<TextSegment> segments = new ArrayList<>();
    int at = begin;
    for (Range input : rendered.inputRanges()) {
      int from = Math.clamp(input.start(), at, end);
      int to = Math.clamp(input.end(), at, end);
      if (from < to) {
        segments.add(new TextSegment(text.substring(at, from), Special.PARSE));
        segments.add(new TextSegment(text.substring(from, to), Special.TEXT));
        at = to;
      }
    }
    segments.add(new TextSegment(text.substring(at, end), Special.PARSE));
    return segments;
  }

  private static List<Map<String, Object>> variables(
      List<Message> messages, Function<Message, Object> content) {
    return messages.stream().map(message -> variables(message, content.apply(message))).toList();
  }

  /** A message as templates know it from transformers. */
  private static Map<String, Object> variables(Message message, Object content) {
    Map<String, Object> variables = new HashMap<>();
    variables.put("role", message.role());
    variables.put("content", content);
    if (!message.reasoning().isEmpty()) {
      variables.put("reasoning_content", message.reasoning());
    }
    if (!message.toolCalls().isEmpty()) {
      variables.put("tool_calls", message.toolCalls().stream().map(ChatFormat::call).toList());
    }
    if (!message.toolCallId().isEmpty()) {
      variables.put("tool_call_id", message.toolCallId());
    }
    return variables;
  }

  private static Map<String, Object> call(ToolCall call) {
    return Map.of(
        "id",
        call.id(),
        "type",
        "function",
        "function",
        Map.of("name", call.name(), "arguments", call.arguments()));
  }

  private static Map<String, Object> schema(Tool tool) {
    // In the order in which OpenAI's and transformers' schemas spell them: templates print them.
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", tool.name());
    function.put("description", tool.description());
    function.put("parameters", tool.parameters());
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "function");
    schema.put("function", function);
    return schema;
  }
}
