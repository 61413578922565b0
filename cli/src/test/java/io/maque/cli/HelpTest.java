package io.maque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

class HelpTest {
  private static final int MAX_COLUMNS = 80;

  @Test
  void bareCommandShowsHelpAsWrongUsage() {
    Invocation bare = Invocation.of();

    assertThat(bare.exitCode()).isEqualTo(2);
    assertThat(bare.out()).isEmpty();
    assertThat(bare.err()).contains("Usage: maque COMMAND");
  }

  @Test
  void helpListsEveryCommandUnderItsGroup() {
    Invocation help = Invocation.of("--help");

    assertThat(help.exitCode()).isZero();
    assertThat(help.err()).isEmpty();
    for (Commands.Entry entry : Commands.ALL) {
      int group = help.out().indexOf("\n" + entry.group().title() + "\n");
      int command = help.out().indexOf("\n  " + entry.name() + " ");
      assertThat(group).as("group of %s", entry.name()).isPositive();
      assertThat(command).as("line of %s", entry.name()).isGreaterThan(group);
    }
  }

  @Test
  void helpIsACommandToo() {
    assertThat(Invocation.of("help").out()).isEqualTo(Invocation.of("--help").out());
    assertThat(Invocation.of("help", "run").out())
        .isEqualTo(Invocation.of("run", "--help").out())
        .contains("Usage: maque run");
  }

  @Test
  void versionIsOneLine() {
    Invocation version = Invocation.of("--version");

    assertThat(version.exitCode()).isZero();
    assertThat(version.out()).matches("maque \\S+ \\(Java 25, [^\\n]+\\)\\R");
  }

  @TestFactory
  Stream<DynamicTest> everyCommandIsExplained() {
    return Commands.ALL.stream()
        .map(entry -> DynamicTest.dynamicTest(entry.name(), () -> checkHelp(entry.name())));
  }

  private static void checkHelp(String name) {
    Invocation help = Invocation.of(name, "--help");

    assertThat(help.exitCode()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out()).contains("Usage: maque " + name);
    assertThat(help.out().lines()).allMatch(line -> line.length() <= MAX_COLUMNS);
    CommandLine.Model.CommandSpec spec =
        Commands.commandLine(Invocation.silent(), Commands.ALL)
            .getSubcommands()
            .get(name)
            .getCommandSpec();
    assertThat(spec.usageMessage().header()).hasSize(1);
    assertThat(spec.usageMessage().header()[0]).isNotBlank().doesNotEndWith(".");
    assertThat(spec.args())
        .allSatisfy(arg ->
            assertThat(String.join("", arg.description()))
                .as("description of %s", arg.paramLabel())
                .endsWith("."));
  }

  @Test
  void unknownCommandAndOptionGetASuggestion() {
    Invocation command = Invocation.of("inspekt");
    Invocation option = Invocation.of("inspect", "--jsn", "x.gguf");

    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(command.err()).contains("inspekt").contains("Did you mean inspect");
    assertThat(option.exitCode()).isEqualTo(2);
    assertThat(option.err())
        .contains("--jsn")
        .contains("Did you mean --json")
        .contains("inspect --help");
    assertThat(command.out() + option.out()).isEmpty();
  }
}
