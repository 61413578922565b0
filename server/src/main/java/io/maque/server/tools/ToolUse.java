package io.maque.server.tools;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.chat.Tool;
import io.maque.chat.ToolCallFormat;
import io.maque.server.schema.Grammars;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tools of a request and how they are to be used.
 *
 * @param tools what the model may call
 * @param schemas the parameters of each tool, by its name, as JSON has them
 * @param strict the tools whose arguments must fit their schema even when the model is free to call
 * @param choice whether it may, must or must not
 * @param parallel whether several calls may be made in one answer
 */
public record ToolUse(
    List<Tool> tools,
    Map<String, JsonNode> schemas,
    Set<String> strict,
    Choice choice,
    boolean parallel) {
  /** No tools. */
  public static final ToolUse NONE =
      new ToolUse(List.of(), Map.of(), Set.of(), Choice.NO_CALL, true);

  public ToolUse {
    tools = List.copyOf(tools);
    schemas = Map.copyOf(schemas);
    strict = Set.copyOf(strict);
  }

  /**
   * Whether tools are called.
   *
   * @param names the tools that one of must be called; empty when none must
   */
  public record Choice(boolean allowed, Set<String> names) {
    /** Tools are not called. */
    public static final Choice NO_CALL = new Choice(false, Set.of());

    /** The model decides. */
    public static final Choice AUTO = new Choice(true, Set.of());

    /** One of these must be called. */
    public static Choice oneOf(Set<String> names) {
      return new Choice(true, Set.copyOf(names));
    }

    /** Whether a call must come. */
    public boolean forced() {
      return !names.isEmpty();
    }
  }

  /** What the model is told of: nothing when it must not call. */
  public List<Tool> offered() {
    return choice.allowed() ? tools : List.of();
  }

  /** The names that a call may have. */
  public Set<String> names() {
    return offered().stream().map(Tool::name).collect(Collectors.toSet());
  }

  /**
   * How the model writes calls, by its chat template; empty when there is nothing to call.
   *
   * @throws UnsupportedToolsException when the template shows no way that is known
   */
  public Optional<ToolCallFormat> format(String model, String template) {
    if (offered().isEmpty()) {
      return Optional.empty();
    }
    Optional<ToolCallFormat> format = ToolCallFormat.of(template);
    if (format.isEmpty()) {
      throw new UnsupportedToolsException(model);
    }
    return format;
  }

  /**
   * What an answer must look like for the sake of its calls; empty when the model is free.
   *
   * @param format from {@link #format}
   */
  public Optional<Grammars.Source> grammar(Optional<ToolCallFormat> format) {
    return choice.forced() || choice.allowed() && !strict.isEmpty()
        ? format.map(written -> new CallGrammar(this, written))
        : Optional.empty();
  }

  /**
   * Texts at which the answer must stop for the sake of its calls: where only one is wanted and no
   * grammar sees to that, its end.
   */
  public List<String> stops(Optional<ToolCallFormat> format) {
    return parallel || grammar(format).isPresent()
        ? List.of()
        : format.map(ToolCallFormat::end).filter(end -> !end.isEmpty()).stream().toList();
  }

  /**
   * A reader for one answer.
   *
   * @param format from {@link #format}
   * @param insideReasoning whether the prompt ended with an open {@code <think>}
   */
  public AnswerReader reader(
      Optional<ToolCallFormat> format, boolean insideReasoning, AnswerReader.Listener listener) {
    return new AnswerReader(names(), format, insideReasoning, listener);
  }
}
