package io.maque.cli.command;

import io.maque.cli.console.CommandFailedException;
import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.Json;
import io.maque.cli.console.StopOnSignal;
import io.maque.cli.models.Models;
import io.maque.cli.models.WorkBar;
import io.maque.generate.LanguageModel;
import io.maque.hub.store.ModelFiles;
import io.maque.lab.cases.CaseKind;
import io.maque.lab.cases.Cases;
import io.maque.lab.cases.Language;
import io.maque.lab.cases.Typefaces;
import io.maque.lab.evaluate.CaseFolder;
import io.maque.lab.evaluate.Evaluation;
import io.maque.lab.evaluate.PictureTasks;
import io.maque.lab.evaluate.Tally;
import io.maque.lab.evaluate.TaskSet;
import io.maque.metrics.Stopwatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code eval}: how many questions with known answers a model answers right. */
@Command(
    header = "Count right answers to questions whose answers are known",
    description = {
      "Draws fresh pictures, asks the model about them and compares. Exact: the",
      "expected text. Lenient: says the same in other words."
    })
public final class EvalCommand implements Callable<Integer> {
  /** Questions that are computed together, and as many that wait for their turn. */
  private static final int TOGETHER = 8;

  private enum Set {
    PICTURES
  }

  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "Name, path or reference.")
  private String model;

  @Option(
      names = "--set",
      paramLabel = "SET",
      defaultValue = "pictures",
      description = "What to ask: pictures, the only set so far.")
  private Set set;

  @Option(
      names = "--cases",
      paramLabel = "N",
      defaultValue = "50",
      description = "Questions of each kind in each language. Default: 50.")
  private int cases;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Which cases; another seed, others. Default: 1.")
  private long seed;

  @Option(
      names = "--kinds",
      paramLabel = "K[,K]",
      split = ",",
      description = "Kinds of questions, as the table names them. Default: all.")
  private List<String> kinds = List.of();

  @Option(
      names = "--language",
      paramLabel = "L",
      defaultValue = "both",
      description = "en, zh or both. Default: both.")
  private String language;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Longest answer. Default: 64.")
  private int maxTokens;

  @Option(
      names = "--show",
      paramLabel = "N",
      defaultValue = "0",
      description = "Also print so many wrong answers of each kind. Default: 0.")
  private int show;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Write pictures, questions and answers to a new folder.")
  private Optional<Path> out;

  @Mixin private ModelArguments opening;
  @Mixin private ProjectorArgument projector;

  @Option(names = "--markdown", description = "Print the table of groups in Markdown.")
  private boolean markdown;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  public EvalCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (json && markdown) {
      throw new ParameterException(spec.commandLine(), "expected --json or --markdown, found both");
    }
    TaskSet tasks = Arguments.checked(spec, this::tasks);
    int longest = Arguments.checked(spec, () -> Arguments.answerTokens(maxTokens));
    ModelFiles files = projector.with(new Models(console).find(model));
    try (LanguageModel opened = opening.openForMany(spec, files, TOGETHER)) {
      refuseWhatTheModelCannotDo(opened, files.name());
      return ask(new Evaluation(opened, 2 * TOGETHER, longest), tasks, files.name());
    }
  }

  private TaskSet tasks() {
    if (show < 0) {
      throw new IllegalArgumentException("show: expected 0 or more, found " + show);
    }
    List<CaseKind> asked = kinds.isEmpty() ? List.of(CaseKind.values()) : kinds();
    List<Language> spoken = languages();
    return switch (set) {
      case PICTURES ->
          new PictureTasks(new Cases(Typefaces.installed()), asked, spoken, cases, seed);
    };
  }

  private List<CaseKind> kinds() {
    return kinds.stream()
        .map(name ->
            Stream.of(CaseKind.values())
                .filter(kind -> PictureTasks.name(kind).equals(name))
                .findFirst()
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "kinds: expected some of %s, found %s"
                            .formatted(
                                String.join(
                                    ", ",
                                    Stream.of(CaseKind.values()).map(PictureTasks::name).toList()),
                                name))))
        .toList();
  }

  private List<Language> languages() {
    List<Language> wanted =
        Stream.of(Language.values())
            .filter(each -> language.equals("both") || language.equals(each.key()))
            .toList();
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("language: expected en, zh or both, found " + language);
    }
    return wanted;
  }

  private void refuseWhatTheModelCannotDo(LanguageModel opened, String name) {
    if (!opened.card().takesImages()) {
      throw new CommandFailedException(
          ("%s (%s) reads text only, and the set %s is about pictures; expected a vision model, or"
                  + " --mmproj with the image encoder of this one")
              .formatted(name, opened.card().architecture(), set.name().toLowerCase(Locale.ROOT)));
    }
    if (!opened.card().hasChatTemplate()) {
      throw new CommandFailedException(
          "%s has no chat template, so it cannot be asked".formatted(name));
    }
  }

  private int ask(Evaluation evaluation, TaskSet tasks, String name) {
    Tally tally = new Tally(tasks.kinds(), show);
    Stopwatch clock = Stopwatch.start();
    try (StopOnSignal signal = new StopOnSignal(evaluation::stop)) {
      boolean complete = ask(evaluation, tasks, tally);
      EvalReport report =
          new EvalReport(name, tasks, cases, seed, tally, complete, clock.elapsedMillis() / 1000);
      if (json) {
        Json.printObject(console.out(), report::write);
      } else if (markdown) {
        report.printMarkdown(console.out());
      } else {
        report.print(console.out());
      }
      return signal.stopping() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }
  }

  private boolean ask(Evaluation evaluation, TaskSet tasks, Tally tally) {
    Optional<CaseFolder> folder = out.map(CaseFolder::create);
    try (WorkBar bar = WorkBar.ofCount(console, "asking")) {
      return evaluation.run(
          tasks,
          outcome -> {
            tally.add(outcome);
            folder.ifPresent(each -> each.add(outcome));
            bar.update(outcome.index() + 1L, tasks.size());
          });
    } finally {
      folder.ifPresent(CaseFolder::close);
    }
  }
}
