package io.maque.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.fixture.TinyModels;
import io.maque.fixture.TinyVision;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.lab.cases.Language;
import io.maque.sampling.SamplingOptions;
import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
  private static final int TASKS = 12;
  private static final int MAX_TOKENS = 5;
  private static final TaskKind KIND =
      new TaskKind("kind", new TaskGroup("group", OptionalDouble.empty()), false);

  @TempDir private Path folder;
  private LanguageModel model;

  @BeforeEach
  void open() {
    Path text = TinyModels.chat(7).write(folder.resolve("tiny.gguf"));
    Path encoder = TinyVision.encoder(8).write(folder.resolve("mmproj.gguf"));
    model =
        LanguageModels.open(
            text, OpenOptions.DEFAULT.withMaxSequences(4).withThreads(1).withProjector(encoder));
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void answersAreThoseOfGreedyDecodingInTheOrderOfTheTasks() {
    TaskSet tasks = new Questions("");
    List<Outcome> outcomes = new ArrayList<>();

    boolean complete = new Evaluation(model, 6, MAX_TOKENS).run(tasks, outcomes::add);

    assertThat(complete).isTrue();
    assertThat(outcomes).extracting(Outcome::index).containsExactlyElementsOf(indexes());
    for (int i = 1; i < TASKS; i += 2) {
      assertThat(outcomes.get(i).given()).isEqualTo(alone(tasks.get(i).question()));
    }
  }

  @Test
  void howManyAreAskedAtATimeDoesNotMatter() {
    List<String> one = new ArrayList<>();
    List<String> many = new ArrayList<>();

    new Evaluation(model, 1, MAX_TOKENS).run(new Questions(""), each -> one.add(each.given()));
    new Evaluation(model, 8, MAX_TOKENS).run(new Questions(""), each -> many.add(each.given()));

    assertThat(many).isEqualTo(one);
    assertThat(one.stream().distinct().count()).isGreaterThan(1);
  }

  @Test
  void outcomesAreJudged() {
    String right = alone("question 1");
    List<Outcome> outcomes = new ArrayList<>();

    new Evaluation(model, 4, MAX_TOKENS).run(new Questions(right), outcomes::add);

    assertThat(outcomes.get(1).verdict().exact()).isTrue();
    assertThat(outcomes).anyMatch(each -> !each.verdict().exact());
  }

  @Test
  void stopEndsItSoonWithWhatThereIs() throws InterruptedException {
    CountDownLatch third = new CountDownLatch(3);
    Evaluation evaluation = new Evaluation(model, 4, MAX_TOKENS);
    List<Outcome> outcomes = new ArrayList<>();
    Thread stopper =
        Thread.ofVirtual()
            .start(() -> {
              awaitUninterrupted(third);
              evaluation.stop();
            });

    boolean complete =
        evaluation.run(
            new Endless(),
            outcome -> {
              outcomes.add(outcome);
              third.countDown();
            });

    stopper.join();
    assertThat(complete).isFalse();
    assertThat(outcomes).hasSizeGreaterThanOrEqualTo(3);
    // The model is free for others.
    assertThat(alone("question 1")).isNotNull();
  }

  @Test
  void whoStopsBeforeItBeginsGetsNothing() {
    Evaluation evaluation = new Evaluation(model, 4, MAX_TOKENS);
    evaluation.stop();

    assertThat(evaluation.run(new Questions(""), outcome -> assertThat(outcome).isNull()))
        .isFalse();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String alone(String question) {
    GenerationRequest request =
        GenerationRequest.chat(question)
            .withSampling(SamplingOptions.GREEDY)
            .withMaxTokens(MAX_TOKENS);
    return model.generate(request, GenerationListener.NONE).text().strip();
  }

  private static List<Integer> indexes() {
    return IntStream.range(0, TASKS).boxed().toList();
  }

  /** Questions of which every other one has a picture. */
  private record Questions(String answer) implements TaskSet {
    @Override
    public String name() {
      return "questions";
    }

    @Override
    public List<TaskKind> kinds() {
      return List.of(KIND);
    }

    @Override
    public int size() {
      return TASKS;
    }

    @Override
    public Task get(int index) {
      Optional<byte[]> picture =
          index % 2 == 0
              ? Optional.of(TinyVision.png(28, 28, new Color(20 * index, 0, 0)))
              : Optional.empty();
      return new Task(KIND, Language.EN, picture, "question " + index, answer, List.of());
    }
  }

  private record Endless() implements TaskSet {
    @Override
    public String name() {
      return "endless";
    }

    @Override
    public List<TaskKind> kinds() {
      return List.of(KIND);
    }

    @Override
    public int size() {
      return Integer.MAX_VALUE;
    }

    @Override
    public Task get(int index) {
      return new Task(KIND, Language.EN, Optional.empty(), "Again?", "no", List.of());
    }
  }
}
