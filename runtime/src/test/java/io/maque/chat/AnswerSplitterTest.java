package io.maque.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerSplitterTest {

  /** Parts of an answer in brackets: R thoughts, T text, C a call. */
  private static final class Notes implements AnswerSplitter.Listener {
    private final StringBuilder notes = new StringBuilder();
    private char last;

    private void note(char kind, String text) {
      assertThat(text).isNotEmpty();
      notes.append(kind == last ? "" : "|" + kind + ":").append(text);
      last = kind;
    }

    @Override
    public void onReasoning(String text) {
      note('R', text);
    }

    @Override
    public void onText(String text) {
      note('T', text);
    }

    @Override
    public void onCall(String text, boolean tagged) {
      note(tagged ? 'C' : 'B', text);
    }

    @Override
    public void onCallEnd() {
      notes.append(".");
      last = 0;
    }
  }

  private static String split(Optional<ToolCallFormat> format, boolean thinking, String... pieces) {
    Notes notes = new Notes();
    AnswerSplitter splitter = new AnswerSplitter(format, thinking, notes);
    for (String piece : pieces) {
      splitter.accept(piece);
    }
    splitter.end();
    return notes.notes.toString();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "Hello;|T:Hello",
        "a < b <tool and <tool_calls;|T:a < b <tool and <tool_calls",
        "<tool_call>\\n{'a': 1}\\n</tool_call>;|C:\\n{'a': 1}\\n.",
        "Sure. \\n<tool_call>{}</tool_call>\\n;|T:Sure.|C:{}.",
        "<tool_call>{}</tool_call>\\n<tool_call>[]</tool_call>;|C:{}.|C:[].",
        "<tool_call>{}</tool_call> and;|C:{}.|T:and",
        "<tool_call>{'t': '</tool_call>\\\\'</tool_call>'}</tool_call>;"
            + "|C:{'t': '</tool_call>\\\\'</tool_call>'}.",
        "<tool_call>{'cut;|C:{'cut",
        "\\n<think>\\nwell </thin\\n</think>\\n\\nHi;|R:well </thin|T:Hi",
        "<think></think><tool_call>{}</tool_call>;|C:{}.",
        "<think>never ends;|R:never ends",
        "say <think>no</think>;|T:say <think>no</think>",
        "<thin;|T:<thin",
        "trailing  ;|T:trailing  ",
        "\\n{'name': '</tool_call>'};|B:{'name': '</tool_call>'}.",
      })
  void everyCutGivesTheSameParts(String written, String expected) {
    String answer = unescaped(written);
    String parts = unescaped(expected);

    assertThat(split(Optional.of(ToolCallFormat.HERMES), false, answer)).isEqualTo(parts);
    assertThat(split(Optional.of(ToolCallFormat.HERMES), false, answer.split("(?!^)")))
        .isEqualTo(parts);
    for (int i = 0; i <= answer.length(); i++) {
      assertThat(
              split(
                  Optional.of(ToolCallFormat.HERMES),
                  false,
                  answer.substring(0, i),
                  answer.substring(i)))
          .isEqualTo(parts);
    }
  }

  private static String unescaped(String text) {
    return text.replace("\\\\", "\u0001")
        .replace("\\n", "\n")
        .replace("\u0001", "\\")
        .replace('\'', '"');
  }

  @Test
  void withoutToolsTheirTagsAreText() {
    assertThat(split(Optional.empty(), false, "<tool_call>{}</tool_call>"))
        .isEqualTo("|T:<tool_call>{}</tool_call>");
  }

  @Test
  void aPromptMayHaveBegunToThink() {
    assertThat(split(Optional.empty(), true, "\nso", " it is</th", "ink>\n", "\nYes"))
        .isEqualTo("|R:so it is|T:Yes");
  }

  @Test
  void anAnswerOfLlama3IsACallAsAWhole() {
    Optional<ToolCallFormat> llama = Optional.of(ToolCallFormat.LLAMA3);

    assertThat(split(llama, false, " {\"name\"", ": 1}")).isEqualTo("|B:{\"name\": 1}.");
    assertThat(split(llama, false, "No {", "}")).isEqualTo("|T:No {}");
  }

  @Test
  void textGoesOnAtOnceUnlessItMayBeATag() {
    Notes notes = new Notes();
    AnswerSplitter splitter = new AnswerSplitter(Optional.of(ToolCallFormat.HERMES), false, notes);

    splitter.accept("one two");
    assertThat(notes.notes).hasToString("|T:one two");
    splitter.accept(" <tool");
    assertThat(notes.notes).hasToString("|T:one two");
    splitter.accept("box");
    assertThat(notes.notes).hasToString("|T:one two <toolbox");
  }

  @Test
  void formatsAreReadFromTheTemplate() {
    assertThat(ToolCallFormat.of("… <tool_call>\n{\"name\": <function-name>"))
        .contains(ToolCallFormat.HERMES);
    assertThat(ToolCallFormat.of("in the format {\"name\": function name, \"parameters\": dict"))
        .contains(ToolCallFormat.LLAMA3);
    assertThat(ToolCallFormat.of("<tool_call>\n<function=example>")).isEmpty();
    assertThat(ToolCallFormat.of("{{ messages }}")).isEmpty();
  }
}
