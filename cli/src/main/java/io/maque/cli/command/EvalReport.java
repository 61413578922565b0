package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.maque.cli.console.Json;
import io.maque.cli.console.PlainText;
import io.maque.lab.cases.Language;
import io.maque.lab.evaluate.Outcome;
import io.maque.lab.evaluate.Share;
import io.maque.lab.evaluate.Tally;
import io.maque.lab.evaluate.Tally.Count;
import io.maque.lab.evaluate.TaskGroup;
import io.maque.lab.evaluate.TaskKind;
import io.maque.lab.evaluate.TaskSet;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The figures of {@code eval}, for people, for documents and for programs.
 *
 * @param model its name
 * @param tasks what was to be asked
 * @param casesEach of each kind in each language
 * @param seed which cases
 * @param tally what came of those that were asked
 * @param complete whether all were asked
 * @param seconds how long it took
 */
record EvalReport(
    String model,
    TaskSet tasks,
    int casesEach,
    long seed,
    Tally tally,
    boolean complete,
    double seconds) {
  private static final String LINE = "%-42s %11s %8s  %-14s %8s %8s %8s  %s%n";

  void print(PrintStream out) {
    out.println(heading());
    out.println();
    out.printf(LINE, "", "right/asked", "exact", "95 % interval", "en", "zh", "lenient", "goal");
    for (TaskGroup group : tally.groups()) {
      print(out, group.title(), tally.of(group), each -> tally.of(group, each), goal(group));
      for (TaskKind kind : tally.kinds(group)) {
        print(out, "  " + kind.name(), tally.of(kind), each -> tally.of(kind, each), "");
      }
    }
    if (!tally.wrong().isEmpty()) {
      out.printf("%nNot exact%n");
      tally.wrong().forEach(outcome -> out.println("  " + line(outcome)));
    }
  }

  private String heading() {
    String which =
        "%s on %s, seed %d, %d of each kind and language"
            .formatted(model, tasks.name(), seed, casesEach);
    return complete
        ? String.format(
            Locale.ROOT, "%s: %d questions in %.1f s", which, tally.all().asked(), seconds)
        : "interrupted: %d of %d questions were asked; %s"
            .formatted(tally.all().asked(), tasks.size(), which);
  }

  private static void print(
      PrintStream out,
      String title,
      Count count,
      Function<Language, Count> inLanguage,
      String goal) {
    out.printf(
        LINE,
        title,
        count.exact() + "/" + count.asked(),
        percent(count.exactShare()),
        interval(count.exactShare()),
        percent(inLanguage.apply(Language.EN).exactShare()),
        percent(inLanguage.apply(Language.ZH).exactShare()),
        percent(count.lenientShare()),
        goal);
  }

  private static String line(Outcome outcome) {
    return "%s %s: %s expected '%s', found '%s'%s"
        .formatted(
            outcome.task().kind().name(),
            outcome.task().language().key(),
            outcome.task().question(),
            outcome.task().answer(),
            PlainText.singleLine(outcome.given()),
            outcome.verdict().lenient() ? " (says the same)" : "");
  }

  /** One row for each group. */
  void printMarkdown(PrintStream out) {
    out.println("| | goal | exact | 95 % interval | English | Chinese | lenient | questions |");
    out.println("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (TaskGroup group : tally.groups()) {
      Count count = tally.of(group);
      out.printf(
          "| %s | %s | %s | %s | %s | %s | %s | %d |%n",
          group.title(),
          goal(group),
          percent(count.exactShare()),
          interval(count.exactShare()),
          percent(tally.of(group, Language.EN).exactShare()),
          percent(tally.of(group, Language.ZH).exactShare()),
          percent(count.lenientShare()),
          count.asked());
    }
    out.printf("%n%s.%n", heading());
  }

  private static String goal(TaskGroup group) {
    return group.goal().isEmpty() ? "" : "%.0f %%".formatted(100 * group.goal().getAsDouble());
  }

  private static String percent(Share share) {
    return share.asked() == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * share.value());
  }

  private static String interval(Share share) {
    return String.format(Locale.ROOT, "%.1f–%.1f", 100 * share.low(), 100 * share.high());
  }

  void write(JsonGenerator json) throws IOException {
    json.writeStringField("model", model);
    json.writeStringField("set", tasks.name());
    json.writeNumberField("cases", casesEach);
    json.writeNumberField("seed", seed);
    json.writeBooleanField("complete", complete);
    json.writeNumberField("asked", tally.all().asked());
    json.writeNumberField("seconds", seconds);
    Json.writeArray(json, "groups", tally.groups(), this::write);
    Json.writeArray(json, "wrong", tally.wrong(), EvalReport::write);
  }

  private void write(JsonGenerator json, TaskGroup group) throws IOException {
    json.writeStringField("title", group.title());
    if (group.goal().isPresent()) {
      json.writeNumberField("goal", group.goal().getAsDouble());
    }
    write(json, tally.of(group), each -> tally.of(group, each));
    Json.writeArray(json, "kinds", tally.kinds(group), this::write);
  }

  private void write(JsonGenerator json, TaskKind kind) throws IOException {
    json.writeStringField("kind", kind.name());
    write(json, tally.of(kind), each -> tally.of(kind, each));
  }

  private void write(JsonGenerator json, Count count, Function<Language, Count> inLanguage)
      throws IOException {
    json.writeNumberField("asked", count.asked());
    write(json, "exact", count.exactShare());
    write(json, "lenient", count.lenientShare());
    json.writeObjectFieldStart("languages");
    List<Language> languages = tally.languages();
    for (Language language : languages) {
      Count part = inLanguage.apply(language);
      json.writeObjectFieldStart(language.key());
      json.writeNumberField("asked", part.asked());
      json.writeNumberField("exact", part.exact());
      json.writeNumberField("lenient", part.lenient());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String field, Share share) throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("right", share.right());
    json.writeNumberField("share", share.value());
    json.writeNumberField("low", share.low());
    json.writeNumberField("high", share.high());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Outcome outcome) throws IOException {
    json.writeStringField("kind", outcome.task().kind().name());
    json.writeStringField("language", outcome.task().language().key());
    json.writeStringField("question", outcome.task().question());
    json.writeStringField("expected", outcome.task().answer());
    json.writeStringField("given", outcome.given());
    json.writeBooleanField("lenient", outcome.verdict().lenient());
  }
}
