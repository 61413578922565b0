package io.maque.lab.evaluate;

import io.maque.lab.cases.Language;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Counts answers by kind and language, and keeps a few wrong ones. For one thread. */
public final class Tally {
  private final Map<TaskKind, Map<Language, Count>> counts = new LinkedHashMap<>();
  private final Map<TaskKind, List<Outcome>> wrong = new LinkedHashMap<>();
  private final int keep;

  /**
   * @param kinds the kinds in the order of the report
   * @param keep how many answers of each kind that are not exact to keep
   */
  public Tally(List<TaskKind> kinds, int keep) {
    kinds.forEach(kind -> counts.put(kind, new EnumMap<>(Language.class)));
    this.keep = keep;
  }

  /**
   * Answers of some kinds and languages.
   *
   * @param asked how many questions
   * @param exact how many exact answers
   * @param lenient how many answers that say the right thing, the exact ones included
   */
  public record Count(int asked, int exact, int lenient) {
    private static final Count NONE = new Count(0, 0, 0);

    private static Count of(Verdict verdict) {
      return new Count(1, verdict.exact() ? 1 : 0, verdict.lenient() ? 1 : 0);
    }

    private Count plus(Count other) {
      return new Count(asked + other.asked, exact + other.exact, lenient + other.lenient);
    }

    /** The share of exact answers. */
    public Share exactShare() {
      return new Share(exact, asked);
    }

    /** The share of answers that say the right thing. */
    public Share lenientShare() {
      return new Share(lenient, asked);
    }
  }

  /** Counts an answer. */
  public void add(Outcome outcome) {
    TaskKind kind = outcome.task().kind();
    counts.get(kind).merge(outcome.task().language(), Count.of(outcome.verdict()), Count::plus);
    List<Outcome> kept = wrong.computeIfAbsent(kind, _ -> new ArrayList<>());
    if (!outcome.verdict().exact() && kept.size() < keep) {
      kept.add(outcome);
    }
  }

  /** The groups of which something was asked, in the order of their kinds. */
  public List<TaskGroup> groups() {
    return counts.keySet().stream().map(TaskKind::group).distinct().filter(this::isAsked).toList();
  }

  private boolean isAsked(TaskGroup group) {
    return of(group).asked() > 0;
  }

  /** The kinds of a group of which something was asked. */
  public List<TaskKind> kinds(TaskGroup group) {
    return counts.keySet().stream()
        .filter(kind -> kind.group().equals(group) && of(kind).asked() > 0)
        .toList();
  }

  /** The languages in which something was asked. */
  public List<Language> languages() {
    return List.of(Language.values()).stream()
        .filter(language -> sum(_ -> true, language::equals).asked() > 0)
        .toList();
  }

  /** All answers. */
  public Count all() {
    return sum(_ -> true, _ -> true);
  }

  /** Answers of a group. */
  public Count of(TaskGroup group) {
    return sum(kind -> kind.group().equals(group), _ -> true);
  }

  /** Answers of a group in a language. */
  public Count of(TaskGroup group, Language language) {
    return sum(kind -> kind.group().equals(group), language::equals);
  }

  /** Answers of a kind. */
  public Count of(TaskKind kind) {
    return sum(kind::equals, _ -> true);
  }

  /** Answers of a kind in a language. */
  public Count of(TaskKind kind, Language language) {
    return sum(kind::equals, language::equals);
  }

  private Count sum(Predicate<TaskKind> kinds, Predicate<Language> languages) {
    return counts.entrySet().stream()
        .filter(kind -> kinds.test(kind.getKey()))
        .flatMap(kind -> kind.getValue().entrySet().stream())
        .filter(language -> languages.test(language.getKey()))
        .map(Map.Entry::getValue)
        .reduce(Count.NONE, Count::plus);
  }

  /** The first answers of each kind that were not exact. */
  public List<Outcome> wrong() {
    return wrong.values().stream().flatMap(List::stream).toList();
  }
}
