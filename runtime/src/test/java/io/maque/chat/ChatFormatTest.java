package io.maque.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.template.TemplateException;
import io.maque.tokenizer.TinyVocabulary;
import io.maque.tokenizer.TokenType;
import io.maque.tokenizer.Tokenizer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChatFormatTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2025-03-14T12:00:00Z"), ZoneOffset.UTC);

  private static final int BOS = 256;
  private static final int TURN = 257;

  @Test
  void theTemplatesOwnTokensAreControlTokensAndTheUsersAreText() {
    ChatFormat format = format("{{ '<turn>' + messages[0].content + '<turn>' }}", false);

    int[] ids = encode(format, List.of(Message.user("a<turn>b")), List.of(), Map.of(), true);

    assertThat(ids[0]).isEqualTo(TURN);
    assertThat(ids[ids.length - 1]).isEqualTo(TURN);
    assertThat(IntStream.of(ids).filter(id -> id == TURN).count()).isEqualTo(2);
    assertThat(tokenizer(false).decode(ids)).isEqualTo("a<turn>b");
  }

  @Test
  void aControlTokenCannotBeMadeOfTemplateAndInputTogether() {
    ChatFormat format = format("<tu{{ messages[0].content }}", false);

    assertThat(encode(format, List.of(Message.user("rn>")), List.of(), Map.of(), true))
        .doesNotContain(TURN);
  }

  @Test
  void toolsAndArgumentsAreInputToo() {
    ChatFormat format = format("{{ tools | tojson }}{{ note }}", false);
    Tool tool = new Tool("<turn>", "<turn>", Map.of("type", "<turn>"));

    int[] ids =
        encode(format, List.of(Message.user("x")), List.of(tool), Map.of("note", "<turn>"), true);

    assertThat(ids).doesNotContain(TURN);
  }

  @Test
  void theBeginTokenComesOnceWhoeverWantsIt() {
    List<Message> messages = List.of(Message.user("x"));
    String silent = "{{ messages[0].content }}";
    String speaking = "{{ bos_token }}" + silent;

    assertThat(encode(format(silent, true), messages, List.of(), Map.of(), true))
        .containsExactly(BOS, 'x');
    assertThat(encode(format(speaking, true), messages, List.of(), Map.of(), true))
        .containsExactly(BOS, 'x');
    assertThat(encode(format(speaking, false), messages, List.of(), Map.of(), true))
        .containsExactly(BOS, 'x');
    assertThat(encode(format(silent, false), messages, List.of(), Map.of(), true))
        .containsExactly('x');
  }

  @Test
  void aBeginTokenThatTheUserSpellsIsNone() {
    ChatFormat format = format("{{ messages[0].content }}", true);

    int[] ids = encode(format, List.of(Message.user("<bos>")), List.of(), Map.of(), true);

    assertThat(ids).startsWith(BOS, '<');
  }

  @Test
  void messagesLookAsTransformersGivesThem() {
    Message assistant =
        new Message(
            "assistant",
            List.of(),
            "because",
            List.of(new ToolCall("c1", "add", Map.of("a", 1))),
            "");
    String template =
        "{% for m in messages %}{{ m.role }}|{{ m.content }}|{{ m.reasoning_content }}|"
            + "{% for c in m.tool_calls or [] %}{{ c.id }} {{ c.type }} {{ c.function.name }} "
            + "{{ c.function.arguments | tojson }}{% endfor %}|{{ m.tool_call_id }};{% endfor %}"
            + "{{ tools is none }} {{ add_generation_prompt }} {{ enable_thinking }}";

    String text =
        format(template, false)
            .render(
                List.of(assistant, Message.tool("c1", "3")),
                List.of(),
                Map.of("enable_thinking", false),
                false)
            .text();

    assertThat(text)
        .isEqualTo("assistant||because|c1 function add {\"a\": 1}|;tool|3|||c1;True False False");
  }

  @Test
  void toolsAreSpelledInTheOrderModelsWereTrainedOn() {
    Tool tool = new Tool("add", "adds", Map.of("type", "object"));

    assertThat(
            format("{{ tools[0] | tojson }}", false)
                .render(List.of(Message.user("x")), List.of(tool), Map.of(), true)
                .text())
        .isEqualTo(
            "{\"type\": \"function\", \"function\": {\"name\": \"add\", \"description\": \"adds\","
                + " \"parameters\": {\"type\": \"object\"}}}");
  }

  @Test
  void theDateIsThatOfTheClock() {
    assertThat(
            format("{{ strftime_now('%d %B %Y') }}", false)
                .render(List.of(Message.user("x")), List.of(), Map.of(), true)
                .text())
        .isEqualTo("14 March 2025");
  }

  @Test
  void variablesThatMaqueSetsCannotBeReplaced() {
    ChatFormat format = format("{{ pad_token }}", false);

    for (String name : List.of("messages", "tools", "bos_token", "pad_token")) {
      assertThatThrownBy(() ->
              format.render(List.of(Message.user("x")), List.of(), Map.of(name, "<turn>"), true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void aTemplateMayRefuseTheConversation() {
    ChatFormat format = format("{{ raise_exception('roles must alternate') }}", false);

    assertThatThrownBy(() -> encode(format, List.of(Message.user("x")), List.of(), Map.of(), true))
        .isInstanceOf(TemplateException.class)
        .hasMessage("roles must alternate");
  }

  @Test
  void aBrokenTemplateIsToldWhenItIsUsed() {
    ChatFormat format = format("{% for %}", false);

    assertThatThrownBy(() -> encode(format, List.of(Message.user("x")), List.of(), Map.of(), true))
        .isInstanceOf(TemplateException.class);
  }

  private static int[] encode(
      ChatFormat format,
      List<Message> messages,
      List<Tool> tools,
      Map<String, Object> arguments,
      boolean addGenerationPrompt) {
    return format.encode(messages, tools, arguments, addGenerationPrompt, List.of()).ids();
  }

  private static ChatFormat format(String template, boolean addBos) {
    return new ChatFormat(template, tokenizer(addBos), NOON, Optional.empty());
  }

  private static Tokenizer tokenizer(boolean addBos) {
    return TinyVocabulary.byteLevel("qwen2")
        .add("<bos>", TokenType.CONTROL)
        .add("<turn>", TokenType.CONTROL)
        .with("bos_token_id", (long) BOS)
        .with("eos_token_id", (long) TURN)
        .with("add_bos_token", addBos)
        .tokenizer();
  }
}
