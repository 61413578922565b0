package io.maque.lab.cases;

import java.util.List;
import java.util.Optional;

/**
 * What came of drawing: the picture, the question and its answer.
 *
 * @param sketch the finished picture; empty where there is none
 * @param question in the language that was asked for
 * @param answer in the same language
 * @param choices what the answer is one of; empty when it could be any number or text
 */
record Scene(Optional<Sketch> sketch, String question, String answer, List<String> choices) {

  /** A picture of which the answer is one of few. */
  static Scene of(Sketch sketch, String question, String answer, List<String> choices) {
    return new Scene(Optional.of(sketch), question, answer, choices);
  }

  /** A picture of which the answer is a number or a text. */
  static Scene of(Sketch sketch, String question, String answer) {
    return of(sketch, question, answer, List.of());
  }

  /** A question that comes without a picture. */
  static Scene pictureless(String question, String answer) {
    return new Scene(Optional.empty(), question, answer, List.of());
  }
}
