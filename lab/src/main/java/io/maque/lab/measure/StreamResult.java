package io.maque.lab.measure;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What came of one request.
 *
 * @param outcome whether there is an answer
 * @param failure why not, when it failed
 * @param ttftMillis from its arrival to the first text
 * @param gapsMillis between pieces of text, one after the other
 * @param totalMillis from its arrival to the end
 * @param promptTokens as the server counted, when it did
 * @param cachedTokens as the server counted, when it did
 * @param completionTokens as the server counted, when it did
 * @param violations rules of the API that the server did not keep
 */
record StreamResult(
    Outcome outcome,
    Optional<Failure> failure,
    double ttftMillis,
    List<Double> gapsMillis,
    double totalMillis,
    OptionalInt promptTokens,
    OptionalInt cachedTokens,
    OptionalInt completionTokens,
    Set<String> violations) {

  /** How a request ends. */
  enum Outcome {
    COMPLETED,
    ABORTED,
    FAILED
  }

  StreamResult {
    gapsMillis = List.copyOf(gapsMillis);
    violations = Set.copyOf(violations);
  }

  static StreamResult aborted() {
    return without(Outcome.ABORTED, Optional.empty());
  }

  static StreamResult failed(Failure failure) {
    return without(Outcome.FAILED, Optional.of(failure));
  }

  private static StreamResult without(Outcome outcome, Optional<Failure> failure) {
    return new StreamResult(
        outcome,
        failure,
        0,
        List.of(),
        0,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        Set.of());
  }

  /** Pieces of text that arrived. */
  int pieces() {
    return gapsMillis.size() + 1;
  }

  /** Tokens of the answer: the server's count, else pieces of text, which are as many or fewer. */
  int tokens() {
    return completionTokens.orElse(pieces());
  }

  /** Tokens a second after the first one; 0 when there was only one. */
  double decodeTokensPerSecond() {
    double millis = gapsMillis.stream().mapToDouble(Double::doubleValue).sum();
    return millis > 0 ? (tokens() - 1) * 1000 / millis : 0;
  }
}
