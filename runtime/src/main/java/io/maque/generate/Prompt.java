package io.maque.generate;

import io.maque.chat.Message;
import io.maque.chat.Tool;
import java.util.List;
import java.util.Map;

/** What the model continues. */
public sealed interface Prompt {

  /**
   * A conversation, put into the model's own words by its chat template.
   *
   * @param messages at least one
   * @param tools what the model may ask to be called; may be empty
   * @param templateArguments further variables of the template, such as {@code enable_thinking}
   * @param addGenerationPrompt whether the answer begins after the last message; false continues
   *     what the template leaves open
   */
  record Chat(
      List<Message> messages,
      List<Tool> tools,
      Map<String, Object> templateArguments,
      boolean addGenerationPrompt)
      implements Prompt {

    public Chat {
      messages = List.copyOf(messages);
      tools = List.copyOf(tools);
      templateArguments = Map.copyOf(templateArguments);
      if (messages.isEmpty()) {
        throw new IllegalArgumentException("messages: expected at least one, found none");
      }
    }
  }

  /**
   * Plain text to be continued, without a template.
   *
   * @param parseSpecial whether names of control tokens in the text become those tokens; only for
   *     text that is trusted
   * @param addBos whether the model's begin token goes first where the model wants one
   */
  record Text(String text, boolean parseSpecial, boolean addBos) implements Prompt {}

  /**
   * Vocabulary ids as they are.
   *
   * @param ids at least one
   */
  record Tokens(List<Integer> ids) implements Prompt {

    public Tokens {
      ids = List.copyOf(ids);
    }
  }
}
