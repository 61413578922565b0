package io.maque.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LoadTallyTest {
  /** The histogram keeps three digits. */
  private static final Offset<Double> DIGITS = within(0.2);

  private final LoadTally tally = new LoadTally(new Arrivals.Clients(2));

  @Test
  void percentilesAreThoseOfTheGaps() {
    List<Double> gaps = new ArrayList<>(Collections.nCopies(90, 10.0));
    gaps.addAll(Collections.nCopies(7, 50.0));
    gaps.addAll(Collections.nCopies(3, 100.0));
    Collections.shuffle(gaps, new java.util.Random(1));

    tally.add(0, answer(20, gaps, OptionalInt.of(101)));
    tally.add(1, answer(40, List.of(), OptionalInt.of(1)));
    LoadReport report = tally.report(2);

    assertThat(report.itl().count()).isEqualTo(100);
    assertThat(report.itl().mean()).isCloseTo(15.5, DIGITS);
    assertThat(report.itl().p50()).isCloseTo(10, DIGITS);
    assertThat(report.itl().p95()).isCloseTo(50, DIGITS);
    assertThat(report.itl().p99()).isCloseTo(100, DIGITS);
    assertThat(report.itl().max()).isCloseTo(100, DIGITS);
    assertThat(report.ttft().p50()).isCloseTo(20, DIGITS);
    assertThat(report.ttft().max()).isCloseTo(40, DIGITS);
    assertThat(report.tokensPerSecond()).isEqualTo(51);
    assertThat(report.requestsPerSecond()).isEqualTo(1);
  }

  @Test
  void ratesArePerStreamAndPerClient() {
    // 11 tokens, 10 gaps of 10 ms: 100 a second while decoding, 55 with 100 ms of waiting.
    tally.add(0, answer(100, Collections.nCopies(10, 10.0), OptionalInt.of(11)));
    tally.add(1, answer(300, Collections.nCopies(10, 20.0), OptionalInt.of(11)));

    LoadReport report = tally.report(1);

    assertThat(report.decodeTokensPerSecond().min()).isCloseTo(50, DIGITS);
    assertThat(report.decodeTokensPerSecond().max()).isCloseTo(100, DIGITS);
    assertThat(report.clientTokensPerSecond().max()).isCloseTo(55, DIGITS);
    assertThat(report.clientTokensPerSecond().minToMax()).isCloseTo(200.0 / 500, within(1e-9));
  }

  @Test
  void withoutTheServersCountPiecesAreCountedAndTheReportSaysSo() {
    tally.add(0, answer(1, List.of(1.0, 1.0), OptionalInt.of(6)));
    assertThat(tally.report(1).countedByServer()).isTrue();

    tally.add(0, answer(1, List.of(1.0, 1.0), OptionalInt.empty()));
    LoadReport report = tally.report(1);

    assertThat(report.countedByServer()).isFalse();
    assertThat(report.completionTokens()).isEqualTo(6 + 3);
    assertThat(report.pieces()).isEqualTo(6);
  }

  @Test
  void failuresAreCountedByKindWithTheFirstAsExample() {
    tally.add(0, StreamResult.failed(new Failure("http 503", "first")));
    tally.add(1, StreamResult.failed(new Failure("http 503", "second")));
    tally.add(1, StreamResult.failed(new Failure("timeout", "third")));
    tally.add(1, StreamResult.aborted());

    LoadReport report = tally.report(1);

    assertThat(report.errors())
        .containsEntry("http 503", new LoadReport.Count(2, "first"))
        .containsEntry("timeout", new LoadReport.Count(1, "third"));
    assertThat(report.failed()).isEqualTo(3);
    assertThat(report.aborted()).isEqualTo(1);
    assertThat(report.completed()).isZero();
    assertThat(report.tokensPerSecond()).isZero();
    assertThat(report.clientTokensPerSecond().minToMax()).isEqualTo(1);
  }

  private static StreamResult answer(double ttft, List<Double> gaps, OptionalInt tokens) {
    return new StreamResult(
        StreamResult.Outcome.COMPLETED,
        Optional.empty(),
        ttft,
        gaps,
        ttft + gaps.stream().mapToDouble(Double::doubleValue).sum(),
        OptionalInt.of(5),
        OptionalInt.empty(),
        tokens,
        Set.of());
  }
}
