package io.maque.chat;

import java.util.Optional;

/**
 * How a model writes that a tool is to be called. Chat templates show it to the model, so that is
 * where it is read from.
 */
public enum ToolCallFormat {
  /**
   * Hermes and Qwen: {@code <tool_call>}, a JSON object with {@code name} and {@code arguments},
   * {@code </tool_call>}; several calls follow each other, text may come before. Small models of
   * this kind often leave the tags out when the call is all they say.
   */
  HERMES("<tool_call>", "</tool_call>", "arguments"),

  /** Llama 3: the answer is a JSON object with {@code name} and {@code parameters}. */
  LLAMA3("", "", "parameters");

  private final String begin;
  private final String end;
  private final String argumentsKey;

  ToolCallFormat(String begin, String end, String argumentsKey) {
    this.begin = begin;
    this.end = end;
    this.argumentsKey = argumentsKey;
  }

  /**
   * The format a chat template asks for; empty when it shows none that Maque knows, as templates do
   * that ignore tools or write calls as XML.
   */
  public static Optional<ToolCallFormat> of(String template) {
    if (template.contains("<tool_call>")) {
      return template.contains("<function=") ? Optional.empty() : Optional.of(HERMES);
    }
    boolean llama3 =
        template.contains("{\"name\": function name, \"parameters\":")
            || template.contains("{\"name\": <function-name>, \"parameters\":");
    return llama3 ? Optional.of(LLAMA3) : Optional.empty();
  }

  /** What stands before the object of a call. */
  public String begin() {
    return begin;
  }

  /** What stands behind the object of a call. */
  public String end() {
    return end;
  }

  /** The key of the object under which the arguments are. */
  public String argumentsKey() {
    return argumentsKey;
  }
}
