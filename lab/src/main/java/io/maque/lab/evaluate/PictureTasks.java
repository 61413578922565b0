package io.maque.lab.evaluate;

import io.maque.lab.cases.Case;
import io.maque.lab.cases.CaseKind;
import io.maque.lab.cases.Cases;
import io.maque.lab.cases.Language;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Pictures that {@link Cases} draws, with questions about them; and questions that come without a
 * picture. Another seed draws other pictures.
 */
public final class PictureTasks implements TaskSet {
  private static final TaskGroup SHAPES = held("shapes, colours, counts up to five", 0.95);
  private static final TaskGroup PRINT = held("printed words, numbers and phrases", 0.90);
  private static final TaskGroup CELLS = held("cells of tables", 0.85);
  private static final TaskGroup EXTREMES = held("highest and lowest of charts", 0.90);
  private static final TaskGroup READING = free("totals, values, trends, signs");
  private static final TaskGroup HONESTY = free("small talk, admitting what it cannot tell");

  private static final List<TaskGroup> GROUPS =
      List.of(SHAPES, PRINT, CELLS, EXTREMES, READING, HONESTY);

  /** So many cases a seed has, before those of the next begin. */
  private static final int MOST_CASES = 100_000;

  private final Cases cases;
  private final List<CaseKind> caseKinds;
  private final List<TaskKind> kinds;
  private final List<Language> languages;
  private final int casesEach;
  private final long seed;

  /**
   * @param cases draws the pictures
   * @param kinds what is asked, each once
   * @param languages in which it is asked
   * @param casesEach how many cases of each kind in each language, 1 to 100,000
   * @param seed which cases
   * @throws IllegalArgumentException when a list is empty or the number is out of range
   */
  public PictureTasks(
      Cases cases, List<CaseKind> kinds, List<Language> languages, int casesEach, long seed) {
    if (kinds.isEmpty() || languages.isEmpty()) {
      throw new IllegalArgumentException(
          "kinds and languages: expected one or more, found %s and %s".formatted(kinds, languages));
    }
    if (casesEach < 1 || casesEach > MOST_CASES) {
      throw new IllegalArgumentException(
          "cases: expected 1 to %d, found %d".formatted(MOST_CASES, casesEach));
    }
    this.cases = cases;
    this.caseKinds =
        kinds.stream()
            .distinct()
            .sorted(
                Comparator.<CaseKind>comparingInt(kind -> GROUPS.indexOf(group(kind)))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    this.kinds = caseKinds.stream().map(PictureTasks::kind).toList();
    this.languages = List.copyOf(languages);
    this.casesEach = casesEach;
    this.seed = seed;
  }

  @Override
  public String name() {
    return "pictures";
  }

  @Override
  public List<TaskKind> kinds() {
    return kinds;
  }

  @Override
  public int size() {
    return Math.multiplyExact(casesEach, caseKinds.size() * languages.size());
  }

  @Override
  public Task get(int index) {
    int round = index / (caseKinds.size() * languages.size());
    int kind = index / languages.size() % caseKinds.size();
    Language language = languages.get(index % languages.size());
    Case drawn = cases.get(caseKinds.get(kind), language, seed * MOST_CASES + round);
    return new Task(
        kinds.get(kind),
        language,
        drawn.image(),
        drawn.question(),
        drawn.answer(),
        drawn.choices());
  }

  /** What users call a kind. */
  public static String name(CaseKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static TaskKind kind(CaseKind kind) {
    TaskGroup group = group(kind);
    return new TaskKind(name(kind), group, group == HONESTY);
  }

  private static TaskGroup group(CaseKind kind) {
    return switch (kind) {
      case SHAPE_COUNT,
          COLOUR_COUNT,
          KIND_COUNT,
          SHAPE_COLOUR,
          SHAPE_KIND,
          SHAPE_PLACE,
          SHAPE_EXISTS ->
          SHAPES;
      case WORD, NUMBER, PHRASE -> PRINT;
      case TABLE_CELL -> CELLS;
      case CHART_HIGHEST, CHART_LOWEST -> EXTREMES;
      case INVOICE_TOTAL, CHART_VALUE, CHART_TREND, SIGN -> READING;
      case UNCLEAR, ABSENT, PICTURELESS, TALK -> HONESTY;
    };
  }

  private static TaskGroup held(String title, double goal) {
    return new TaskGroup(title, OptionalDouble.of(goal));
  }

  private static TaskGroup free(String title) {
    return new TaskGroup(title, OptionalDouble.empty());
  }
}
