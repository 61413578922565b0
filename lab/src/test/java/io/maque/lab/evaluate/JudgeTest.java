package io.maque.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.lab.cases.Language;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {
  private static final TaskGroup GROUP = new TaskGroup("any", OptionalDouble.empty());
  private static final TaskKind ANY = new TaskKind("any", GROUP, false);
  private static final List<String> COLOURS = List.of("Red", "Green", "Orange");
  private static final List<String> PLACES =
      List.of("Top left", "Top", "Left", "Centre", "Bottom right");

  @Test
  void exactIsTheExpectedTextButForSpaceAroundIt() {
    assertThat(judge("Red", COLOURS, " Red\n")).isEqualTo(new Verdict(true, true));
    for (String near : List.of("red", "Red.", "Red circle", "")) {
      assertThat(judge("Red", COLOURS, near).exact()).as(near).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"red", "Red.", "**Red**", "'The circle is red, not green.'", "RED"})
  void ofFewChoicesTheOneThatIsMentionedFirstCounts(String given) {
    assertThat(judge("Red", COLOURS, given).lenient()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"green", "'Green, not red.'", "''", "reddish", "I see a bored man"})
  void anotherChoiceFirstOrNoneIsWrong(String given) {
    assertThat(judge("Red", COLOURS, given).lenient()).isFalse();
  }

  @Test
  void theLongestNameAtAPlaceCounts() {
    assertThat(judge("Top left", PLACES, "It is in the top left corner.").lenient()).isTrue();
    assertThat(judge("Top", PLACES, "It is in the top left corner.").lenient()).isFalse();
    assertThat(judge("Left", PLACES, "It is in the top left corner.").lenient()).isFalse();
  }

  @Test
  void choicesHaveOtherCommonNames() {
    assertThat(judge("Centre", PLACES, "in the middle").lenient()).isTrue();
    assertThat(judge("Top left", PLACES, "The upper-left part").lenient()).isTrue();
    assertThat(zh("没有", List.of("有", "没有"), "不，图中没有。").lenient()).isTrue();
    assertThat(zh("有", List.of("有", "没有"), "没有红色的圆形。").lenient()).isFalse();
    assertThat(zh("红色", List.of("红色", "粉色"), "粉红色").lenient()).isFalse();
    assertThat(zh("圆形", List.of("圆形", "正方形"), "这是一个圆。").lenient()).isTrue();
  }

  @Test
  void aLetterIsNoWord() {
    List<String> labels = List.of("A", "B", "C");
    assertThat(judge("B", labels, "It is a bar, the one at B.").lenient()).isTrue();
    assertThat(judge("A", labels, "It is a bar, the one at B.").lenient()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "3, There are 3 shapes: 2 red and 1 blue.",
    "3, There are three shapes.",
    "3, 图中一共有三个图形。",
    "2, 有两个。",
    "12345, 'The number is 12,345.'",
    "54280, ５４２８０",
    "20, The value of Q3 is 20."
  })
  void ofNumbersTheFirstCountsHoweverItIsWritten(String expected, String given) {
    assertThat(judge(expected, List.of(), given).lenient()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "2, There are 3 shapes: 2 red and 1 blue.",
    "3, 13",
    "3, many",
    "12, '1,2'",
    "1, 图中一共有三个图形。"
  })
  void anotherNumberIsWrong(String expected, String given) {
    assertThat(judge(expected, List.of(), given).lenient()).isFalse();
  }

  @Test
  void otherTextsMustBeInTheAnswerAsWholeWords() {
    assertThat(judge("HARBOR", List.of(), "The word is \"Harbor\".").lenient()).isTrue();
    assertThat(judge("harbor", List.of(), "harbors").lenient()).isFalse();
    assertThat(zh("安心", List.of(), "图中写着“安心”。").lenient()).isTrue();
    assertThat(zh("安心", List.of(), "安全").lenient()).isFalse();
  }

  @Test
  void sentencesThatOnlyMaqueNanoIsTaughtCountOnlyAsTheyAre() {
    Task task =
        new Task(
            new TaskKind("talk", GROUP, true),
            Language.EN,
            Optional.empty(),
            "Hello",
            "Hello!",
            List.of());

    assertThat(Judge.judge(task, "Hello!")).isEqualTo(new Verdict(true, true));
    assertThat(Judge.judge(task, "Hello! How are you?")).isEqualTo(new Verdict(false, false));
  }

  private static Verdict judge(String expected, List<String> choices, String given) {
    return Judge.judge(new Task(ANY, Language.EN, Optional.empty(), "?", expected, choices), given);
  }

  private static Verdict zh(String expected, List<String> choices, String given) {
    return Judge.judge(new Task(ANY, Language.ZH, Optional.empty(), "？", expected, choices), given);
  }
}
