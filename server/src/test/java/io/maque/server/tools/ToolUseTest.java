package io.maque.server.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.chat.Tool;
import io.maque.chat.ToolCallFormat;
import io.maque.sampling.TokenConstraint;
import io.maque.server.schema.Grammars;
import io.maque.server.tools.ToolUse.Choice;
import io.maque.tokenizer.TinyVocabulary;
import io.maque.tokenizer.TokenType;
import io.maque.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolUseTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What an answer is made of, as one line. */
  private static final class Notes implements AnswerReader.Listener {
    private final StringBuilder notes = new StringBuilder();
    private String last = "";

    private void note(String kind, String text) {
      notes.append(kind.equals(last) ? "" : "|" + kind + ":").append(text);
      last = kind;
    }

    @Override
    public void onReasoning(String text) {
      note("R", text);
    }

    @Override
    public void onText(String text) {
      note("T", text);
    }

    @Override
    public void onCall(int index, String name) {
      note("call " + index, name);
    }

    @Override
    public void onArguments(int index, String text) {
      note("args " + index, text);
    }
  }

  private static ToolUse use(Choice choice, boolean parallel, boolean strict) throws Exception {
    JsonNode schema =
        JSON.readTree(
            """
            {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"],
             "additionalProperties": false}\
            """);
    return new ToolUse(
        List.of(new Tool("f", "", Map.of()), new Tool("g", "", Map.of())),
        Map.of("f", schema, "g", schema),
        strict ? Set.of("f") : Set.of(),
        choice,
        parallel);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "Hi;|T:Hi",
        "<tool_call>~{'name': 'f', 'arguments': {'x': '}~'}}~</tool_call>;"
            + "|call 0:f|args 0:{'x': '}~'}",
        "ok <tool_call>{'arguments': {'x': [1]}, 'name': 'g'}</tool_call>"
            + "<tool_call>{'name':'f','arguments':{}}</tool_call>;"
            + "|T:ok|call 0:g|args 0:{'x': [1]}|call 1:f|args 1:{}",
        "{'name': 'f', 'arguments': {'x': 1}};|call 0:f|args 0:{'x': 1}",
        "{'name': 'f', 'arguments': {'x': 1}} done;|call 0:f|args 0:{'x': 1}|T:done",
        "{'city': 'f', 'arguments': {'x': 1}};|T:{'city': 'f', 'arguments': {'x': 1}}",
        "<tool_call>{'name': 'h', 'arguments': {}}</tool_call>;"
            + "|T:<tool_call>{'name': 'h', 'arguments': {}}</tool_call>",
        "<tool_call>nonsense</tool_call> so;|T:<tool_call>nonsense</tool_call>so",
        "<tool_call>{'name': 'f', 'argu;|T:<tool_call>{'name': 'f', 'argu",
        "<tool_call>{'name': 'f', 'arguments': {'x': ;|call 0:f|args 0:{'x':~",
        "<tool_call>{'name': 'f', 'arguments': [1]}</tool_call>;"
            + "|T:<tool_call>{'name': 'f', 'arguments': [1]}</tool_call>",
      })
  void readsCallsHoweverTheAnswerIsCut(String written, String expected) throws Exception {
    String answer = written.replace('\'', '"').replace('~', '\n');
    for (int i = 0; i <= answer.length(); i++) {
      for (int j : List.of(i, Math.min(answer.length(), i + 1), answer.length())) {
        Notes notes = new Notes();
        AnswerReader reader =
            use(Choice.AUTO, true, false).reader(Optional.of(ToolCallFormat.HERMES), false, notes);
        reader.accept(answer.substring(0, i));
        reader.accept(answer.substring(i, j));
        reader.accept(answer.substring(j));
        reader.end();

        assertThat(notes.notes.toString().strip())
            .isEqualTo(expected.replace('\'', '"').replace('~', '\n').strip());
      }
    }
  }

  /** Where a text stops being possible, or its length; negative when it may not end there. */
  private static int accepted(ToolUse use, ToolCallFormat format, String text) {
    Tokenizer tokenizer =
        TinyVocabulary.byteLevel("qwen2").add("<|im_end|>", TokenType.CONTROL).tokenizer();
    TokenConstraint constraint =
        new Grammars()
            .constraint(use.grammar(Optional.of(format)).orElseThrow(), tokenizer)
            .create();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      int id = bytes[i] & 0xFF;
      if ((constraint.allowed()[id >> 6] & 1L << id) == 0) {
        return i;
      }
      constraint.accept(id);
    }
    boolean end = (constraint.allowed()[256 >> 6] & 1L) != 0;
    return end ? bytes.length : -bytes.length;
  }

  @Test
  void forcedCallsAreTheWholeAnswer() throws Exception {
    ToolUse one = use(Choice.oneOf(Set.of("f")), false, false);
    ToolUse any = use(Choice.oneOf(Set.of("f", "g")), true, false);
    String f = "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"x\": 12}}\n</tool_call>";
    String g = f.replace("\"f\"", "\"g\"");

    assertThat(accepted(one, ToolCallFormat.HERMES, f)).isEqualTo(f.length());
    assertThat(accepted(one, ToolCallFormat.HERMES, g)).isEqualTo(g.indexOf("g\""));
    assertThat(accepted(one, ToolCallFormat.HERMES, f + "\n")).isEqualTo(f.length());
    assertThat(accepted(any, ToolCallFormat.HERMES, g + "\n" + f)).isEqualTo(2 * f.length() + 1);
    assertThat(accepted(any, ToolCallFormat.HERMES, "Sure")).isZero();
    assertThat(
            accepted(one, ToolCallFormat.LLAMA3, "{\"name\": \"f\", \"parameters\": {\"x\": 1}}"))
        .isEqualTo(37);
  }

  @Test
  void strictCallsFitWhereTheyComeAndTextIsFree() throws Exception {
    ToolUse strict = use(Choice.AUTO, true, true);
    String call = "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"x\": 12}}\n</tool_call>";

    for (String free :
        List.of(
            "",
            "Hi",
            "a << b <tool_ <tool_callx {",
            "<<tool_call",
            " \n x",
            call,
            "Well <" + call,
            "{\"name\": \"f\", \"arguments\": {\"x\": 1}}",
            call.replace("\"f\"", "\"g\"").replace("\"x\"", "\"any\""))) {
      assertThat(Math.abs(accepted(strict, ToolCallFormat.HERMES, free)))
          .as(free)
          .isEqualTo(free.length());
    }
    assertThat(accepted(strict, ToolCallFormat.HERMES, "so " + call.replace("12", "\"12\"")))
        .isEqualTo(3 + call.indexOf("12"));
    assertThat(accepted(strict, ToolCallFormat.HERMES, "<tool_call>x")).isEqualTo(11);
    assertThat(accepted(strict, ToolCallFormat.HERMES, "{\"a\"")).isEqualTo(2);
  }

  @Test
  void oneCallAtATimeStopsAtTheEndOfTheFirst() throws Exception {
    Optional<ToolCallFormat> hermes = Optional.of(ToolCallFormat.HERMES);

    assertThat(use(Choice.AUTO, false, false).stops(hermes)).containsExactly("</tool_call>");
    assertThat(use(Choice.AUTO, true, false).stops(hermes)).isEmpty();
    assertThat(use(Choice.AUTO, false, true).stops(hermes)).isEmpty();
  }

  @Test
  void aTemplateWithoutCallsIsRefusedOnlyWhenThereAreTools() throws Exception {
    assertThat(ToolUse.NONE.format("m", "{{ messages }}")).isEmpty();
    assertThatThrownBy(() -> use(Choice.AUTO, true, false).format("m", "{{ messages }}"))
        .isInstanceOf(UnsupportedToolsException.class)
        .hasMessageContaining("model m");
  }
}
