package io.maque.cli;

import io.maque.cli.console.ExitCode;
import io.maque.cli.console.PlainText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The list of commands in the help text, and the answer to a wrong command line. */
final class Usage {
  private Usage() {}

  /** The commands by group, one line each. */
  static String commandList(Help help) {
    Map<String, CommandLine> commands = help.commandSpec().subcommands();
    StringBuilder text = new StringBuilder();
    for (Commands.Group group : Commands.Group.values()) {
      List<Commands.Entry> entries =
          Commands.ALL.stream().filter(entry -> entry.group() == group).toList();
      if (!entries.isEmpty()) {
        text.append(String.format("%n%s%n", group.title()));
      }
      for (Commands.Entry entry : entries) {
        String[] header = commands.get(entry.name()).getCommandSpec().usageMessage().header();
        text.append(String.format("  %-12s%s%n", entry.name(), header[0]));
      }
    }
    return text.toString();
  }

  /** One sentence, the nearest right spelling, where to read more. */
  static int reportWrongUsage(ParameterException exception, String[] args) {
    CommandLine command = exception.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("maque: " + PlainText.singleLine(sentence(exception)));
    if (exception instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        err.println(
            "Did you mean " + String.join(" or ", suggestions.stream().limit(3).toList()) + "?");
      }
    }
    err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  /** The parser's message without class names, and in a user's words for a wrong command. */
  private static String sentence(ParameterException exception) {
    boolean atRoot = exception.getCommandLine().getParent() == null;
    if (exception instanceof UnmatchedArgumentException unmatched
        && atRoot
        && !unmatched.isUnknownOption()) {
      return "there is no command '%s'".formatted(unmatched.getUnmatched().getFirst());
    }
    return exception.getMessage().replaceFirst(" to class [\\w.$]+ \\(.*\\)$", "");
  }
}
