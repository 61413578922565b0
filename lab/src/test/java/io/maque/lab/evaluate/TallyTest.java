package io.maque.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.lab.cases.Language;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final TaskGroup SHAPES = new TaskGroup("shapes", OptionalDouble.of(0.95));
  private static final TaskGroup TALK = new TaskGroup("talk", OptionalDouble.empty());
  private static final TaskKind COUNT = new TaskKind("count", SHAPES, false);
  private static final TaskKind COLOUR = new TaskKind("colour", SHAPES, false);
  private static final TaskKind HELLO = new TaskKind("hello", TALK, true);

  private final Tally tally = new Tally(List.of(COUNT, COLOUR, HELLO), 1);

  @Test
  void countsByKindGroupAndLanguage() {
    add(COUNT, Language.EN, new Verdict(true, true));
    add(COUNT, Language.ZH, new Verdict(false, true));
    add(COLOUR, Language.EN, new Verdict(false, false));

    assertThat(tally.of(COUNT)).isEqualTo(new Tally.Count(2, 1, 2));
    assertThat(tally.of(COUNT, Language.ZH)).isEqualTo(new Tally.Count(1, 0, 1));
    assertThat(tally.of(SHAPES)).isEqualTo(new Tally.Count(3, 1, 2));
    assertThat(tally.of(SHAPES, Language.EN)).isEqualTo(new Tally.Count(2, 1, 1));
    assertThat(tally.all()).isEqualTo(new Tally.Count(3, 1, 2));
    assertThat(tally.of(SHAPES).exactShare()).isEqualTo(new Share(1, 3));
  }

  @Test
  void whatWasNotAskedIsNotReported() {
    assertThat(tally.groups()).isEmpty();

    add(COLOUR, Language.ZH, new Verdict(true, true));

    assertThat(tally.groups()).containsExactly(SHAPES);
    assertThat(tally.kinds(SHAPES)).containsExactly(COLOUR);
    assertThat(tally.languages()).containsExactly(Language.ZH);
  }

  @Test
  void keepsTheFirstWrongAnswersOfEachKind() {
    add(COUNT, Language.EN, new Verdict(true, true));
    Outcome first = add(COUNT, Language.EN, new Verdict(false, false));
    add(COUNT, Language.EN, new Verdict(false, false));
    Outcome other = add(HELLO, Language.EN, new Verdict(false, false));

    assertThat(tally.wrong()).containsExactly(first, other);
  }

  private Outcome add(TaskKind kind, Language language, Verdict verdict) {
    Task task = new Task(kind, language, Optional.empty(), "?", "1", List.of());
    Outcome outcome = new Outcome(0, task, "given", verdict);
    tally.add(outcome);
    return outcome;
  }
}
