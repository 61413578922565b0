package io.maque.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.lab.cases.CaseKind;
import io.maque.lab.cases.Cases;
import io.maque.lab.cases.Language;
import io.maque.lab.cases.Typefaces;
import java.awt.Font;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PictureTasksTest {
  private static final List<CaseKind> KINDS =
      List.of(CaseKind.TALK, CaseKind.SIGN, CaseKind.SHAPE_COUNT);
  private static final List<Language> BOTH = List.of(Language.values());

  private final Cases cases;

  PictureTasksTest() {
    List<Font> anyFont = List.of(new Font(Font.SANS_SERIF, Font.PLAIN, 1));
    cases = new Cases(new Typefaces(anyFont, anyFont));
  }

  @Test
  void everyKindComesEquallyOftenInEachLanguageAndTakesTurns() {
    PictureTasks tasks = new PictureTasks(cases, KINDS, BOTH, 4, 1);
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      Task task = tasks.get(i);
      counts.merge(task.kind().name() + task.language(), 1, Integer::sum);
      assertThat(counts.get(task.kind().name() + task.language())).isEqualTo(i / 6 + 1);
    }

    assertThat(tasks.size()).isEqualTo(24);
    assertThat(counts).hasSize(6);
  }

  @Test
  void kindsOfAGroupStandTogetherThoseWithAGoalFirst() {
    PictureTasks all = new PictureTasks(cases, List.of(CaseKind.values()), BOTH, 1, 1);
    List<String> groups = all.kinds().stream().map(kind -> kind.group().title()).toList();
    List<TaskGroup> distinct = all.kinds().stream().map(TaskKind::group).distinct().toList();

    assertThat(groups.stream().distinct()).hasSize(6);
    assertThat(
            IntStream.range(1, groups.size())
                .filter(i -> !groups.get(i).equals(groups.get(i - 1)))
                .count())
        .isEqualTo(5);
    assertThat(distinct.stream().map(group -> group.goal().orElse(0)))
        .containsExactly(0.95, 0.90, 0.85, 0.90, 0.0, 0.0);
  }

  @Test
  void aSeedGivesTheSameTasksAndAnotherSeedOthers() {
    PictureTasks tasks = new PictureTasks(cases, KINDS, BOTH, 50, 7);
    PictureTasks again = new PictureTasks(cases, KINDS, BOTH, 50, 7);
    PictureTasks other = new PictureTasks(cases, KINDS, BOTH, 50, 8);

    int sign = 2;
    assertThat(tasks.get(sign).kind().name()).isEqualTo("sign");
    assertThat(again.get(sign).picture().orElseThrow())
        .isEqualTo(tasks.get(sign).picture().orElseThrow())
        .isNotEqualTo(other.get(sign).picture().orElseThrow());
    assertThat(tasks.get(sign).picture().orElseThrow())
        .isNotEqualTo(tasks.get(sign + 6).picture().orElseThrow());
  }

  @Test
  void smallTalkIsPhrasedAndHasNoPicture() {
    PictureTasks tasks = new PictureTasks(cases, List.of(CaseKind.TALK), BOTH, 1, 1);

    assertThat(tasks.get(0).picture()).isEmpty();
    assertThat(tasks.get(0).kind().phrased()).isTrue();
    assertThat(tasks.get(1).language()).isEqualTo(Language.ZH);
  }

  @Test
  void refusesNoKindAndNoCase() {
    assertThatThrownBy(() -> new PictureTasks(cases, List.of(), BOTH, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PictureTasks(cases, KINDS, BOTH, 0, 1))
        .hasMessageContaining("cases: expected 1 to 100000, found 0");
  }
}
