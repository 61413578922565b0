package io.maque.lab.evaluate;

import io.maque.chat.ImageDetail;
import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.engine.FinishReason;
import io.maque.generate.Generation;
import io.maque.generate.GenerationHandle;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.sampling.SamplingOptions;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Asks a model the questions of a set: greedily, each as a conversation of its own, several at a
 * time so that they are computed together. The answers do not depend on how many.
 */
public final class Evaluation {
  private final LanguageModel model;
  private final int inFlight;
  private final int maxTokens;
  private volatile boolean stopped;
  private volatile GenerationHandle awaited;

  /**
   * @param model not closed here
   * @param inFlight how many questions are under way at a time; the model takes or queues them
   * @param maxTokens longest answer
   */
  public Evaluation(LanguageModel model, int inFlight, int maxTokens) {
    this.model = model;
    this.inFlight = inFlight;
    this.maxTokens = maxTokens;
  }

  private record Asked(int index, Task task, GenerationHandle handle) {}

  /**
   * Asks all questions and tells each outcome in their order, on this thread. To be called once.
   *
   * @return whether all were answered; false after {@link #stop}
   */
  public boolean run(TaskSet tasks, Consumer<Outcome> listener) {
    Queue<Asked> underWay = new ArrayDeque<>();
    try {
      for (int next = 0; next < tasks.size() || !underWay.isEmpty(); ) {
        while (next < tasks.size() && underWay.size() < inFlight && !stopped) {
          underWay.add(ask(next, tasks.get(next)));
          next++;
        }
        if (underWay.isEmpty()) {
          return false;
        }
        Asked first = underWay.remove();
        Generation answer = await(first.handle);
        if (answer.finishReason() == FinishReason.CANCELLED) {
          return false;
        }
        listener.accept(outcome(first, answer));
      }
      return true;
    } finally {
      underWay.forEach(asked -> asked.handle.cancel());
    }
  }

  private Asked ask(int index, Task task) {
    List<Part.Image> pictures =
        task.picture().stream().map(file -> new Part.Image(file, ImageDetail.AUTO)).toList();
    GenerationRequest request =
        GenerationRequest.chat(List.of(Message.user(pictures, task.question())))
            .withSampling(SamplingOptions.GREEDY)
            .withMaxTokens(maxTokens);
    return new Asked(index, task, model.submit(request));
  }

  private Generation await(GenerationHandle handle) {
    awaited = handle;
    // Whoever stops after this line sees the handle.
    if (stopped) {
      handle.cancel();
    }
    return handle.await(GenerationListener.NONE);
  }

  private static Outcome outcome(Asked asked, Generation answer) {
    String given = answer.text().strip();
    return new Outcome(asked.index, asked.task, given, Judge.judge(asked.task, given));
  }

  /** Makes {@link #run} return soon; from any thread. */
  public void stop() {
    stopped = true;
    GenerationHandle handle = awaited;
    if (handle != null) {
      handle.cancel();
    }
  }
}
