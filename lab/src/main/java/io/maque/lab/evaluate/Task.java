package io.maque.lab.evaluate;

import io.maque.lab.cases.Language;
import java.util.List;
import java.util.Optional;

/**
 * One question with its answer.
 *
 * @param kind what is asked
 * @param language of question and answer
 * @param picture a PNG file; empty for a question without a picture
 * @param question as a user would type it
 * @param answer the right one, as Maque Nano is taught to write it
 * @param choices what the answer is one of; empty when it could be any number or text
 */
public record Task(
    TaskKind kind,
    Language language,
    Optional<byte[]> picture,
    String question,
    String answer,
    List<String> choices) {

  public Task {
    choices = List.copyOf(choices);
  }
}
