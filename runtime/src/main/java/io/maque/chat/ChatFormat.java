package io.maque.chat;

import io.maque.template.Range;
import io.maque.template.RenderOptions;
import io.maque.template.Rendered;
import io.maque.template.Template;
import io.maque.tokenizer.Special;
import io.maque.tokenizer.TextSegment;
import io.maque.tokenizer.Tokenizer;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
  private Template template;

  /**
   * @param source text of the template; parsed when first used, so that a model with a broken one
   *     can still continue plain text
   * @param clock what {@code strftime_now} shows
   */
  public ChatFormat(String source, Tokenizer tokenizer, Clock clock) {
    this.source = source;
    this.tokenizer = tokenizer;
    this.clock = clock;
  }

  /** The template as it stands in the file. */
  public String source() {
    return source;
  }

  /**
   * The ids of a conversation, begin token included where the template or the tokenizer wants one.
   *
   * @see #render
   */
  public int[] encode(
      List<Message> messages,
      List<Tool> tools,
      Map<String, Object> templateArguments,
      boolean addGenerationPrompt) {
    Rendered rendered = render(messages, tools, templateArguments, addGenerationPrompt);
    return withBos(tokenizer.encode(segments(rendered)), tokenizer);
  }

  /**
   * The text of a conversation.
   *
   * @param tools may be empty
   * @param templateArguments further variables of the template, such as {@code enable_thinking}
   * @param addGenerationPrompt whether the begin of an answer goes last
   * @throws IllegalArgumentException when an argument has the name of a variable that Maque sets
   * @throws io.maque.template.TemplateException when the template is broken or refuses the
   *     conversation
   */
  public Rendered render(
      List<Message> messages,
      List<Tool> tools,
      Map<String, Object> templateArguments,
      boolean addGenerationPrompt) {
    Map<String, Object> context = new HashMap<>();
    templateArguments.forEach((name, value) -> {
      if (RESERVED.contains(name) || name.endsWith("_token")) {
        throw new IllegalArgumentException(
            "template argument %s: expected another name, this variable is set by Maque"
                .formatted(name));
      }
      context.put(name, value);
    });
    context.put("messages", messages.stream().map(ChatFormat::variables).toList());
    context.put("tools", tools.isEmpty() ? null : tools.stream().map(ChatFormat::schema).toList());
    context.put("add_generation_prompt", addGenerationPrompt);
    tokenizer.bos().ifPresent(id -> context.put("bos_token", tokenizer.piece(id)));
    tokenizer.eos().ifPresent(id -> context.put("eos_token", tokenizer.piece(id)));
    return template().renderTracked(context, RenderOptions.at(ZonedDateTime.now(clock)));
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

  /** Cuts a rendered prompt where template and input meet. */
  private static List<TextSegment> segments(Rendered rendered) {
    String text = rendered.text();
    List<TextSegment> segments = new ArrayList<>();
    int end = 0;
    for (Range input : rendered.inputRanges()) {
      segments.add(new TextSegment(text.substring(end, input.start()), Special.PARSE));
      segments.add(new TextSegment(text.substring(input.start(), input.end()), Special.TEXT));
      end = input.end();
    }
    segments.add(new TextSegment(text.substring(end), Special.PARSE));
    return segments;
  }

  /** A message as templates know it from transformers. */
  private static Map<String, Object> variables(Message message) {
    Map<String, Object> variables = new HashMap<>();
    variables.put("role", message.role());
    variables.put("content", message.text());
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
