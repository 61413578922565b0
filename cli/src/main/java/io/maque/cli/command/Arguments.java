package io.maque.cli.command;

import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Where a library refuses the value of an option, the command line is wrong. */
final class Arguments {
  private Arguments() {}

  /** What {@code values} gives; a refused value becomes wrong usage that names the option. */
  static <T> T checked(CommandSpec spec, Supplier<T> values) {
    try {
      return values.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), inOptionsWords(e.getMessage()), e);
    }
  }

  /** An answer of no token at all reads the prompt only; whoever asks a question wants more. */
  static int answerTokens(int maxTokens) {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens: expected 1 or more, found " + maxTokens);
    }
    return maxTokens;
  }

  /** {@code topK: expected …} becomes {@code --top-k: expected …}. */
  private static String inOptionsWords(String message) {
    int colon = message.indexOf(':');
    if (colon < 0 || !message.substring(0, colon).matches("[a-z]+([A-Z][a-z]*)*")) {
      return message;
    }
    String name =
        message
            .substring(0, colon)
            .replace("contextLength", "context")
            .replace("kvCacheType", "kvType");
    return "--"
        + name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT)
        + message.substring(colon);
  }
}
