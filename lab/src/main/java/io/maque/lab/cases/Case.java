package io.maque.lab.cases;

import java.util.List;
import java.util.Optional;

/**
 * A picture, a question about it, and the answer that is right.
 *
 * @param kind what is asked
 * @param language of question and answer
 * @param image a PNG file; empty where the question comes without a picture
 * @param question as a user would type it
 * @param answer as Maque Nano is taught to write it
 * @param choices the answers that questions of this kind have in this picture, this one among them;
 *     empty when any number or text could be the answer
 */
public record Case(
    CaseKind kind,
    Language language,
    Optional<byte[]> image,
    String question,
    String answer,
    List<String> choices) {

  public Case {
    choices = List.copyOf(choices);
  }
}
