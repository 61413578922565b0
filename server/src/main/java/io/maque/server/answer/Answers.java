package io.maque.server.answer;

import io.maque.generate.Generation;
import io.maque.generate.GenerationHandle;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationListener.Piece;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.sampling.SampledToken;
import java.util.ArrayList;
import java.util.List;

/**
 * The answers to one request, in work at the same time. Closing cancels those that are not
 * complete, so a request that ends early, for whatever reason, leaves no work behind.
 */
public final class Answers implements AutoCloseable {
  private final List<GenerationHandle> handles;

  private Answers(List<GenerationHandle> handles) {
    this.handles = handles;
  }

  /** Hears the answers while they grow; never called by two threads at a time. */
  public interface Listener {

    /** The tokens of the prompt of answer {@code index}, when the request asks for them. */
    default void onPrompt(int index, List<SampledToken> prompt) {}

    /** The next piece of answer {@code index}. */
    void onPiece(int index, Piece piece);

    /** Answer {@code index} is complete. */
    void onEnd(int index, Generation generation);
  }

  /**
   * Starts all requests.
   *
   * @throws io.maque.engine.QueueFullException when the model cannot take all of them; none is left
   *     running then
   * @throws io.maque.server.http.HttpException 400 when this model, of all, cannot serve a value of
   *     the request
   */
  public static Answers submit(LanguageModel model, List<GenerationRequest> requests) {
    List<GenerationHandle> handles = new ArrayList<>(requests.size());
    Answers answers = new Answers(handles);
    boolean all = false;
    try {
      for (GenerationRequest request : requests) {
        handles.add(model.submit(request));
      }
      all = true;
      return answers;
    } catch (IllegalArgumentException e) {
      throw ModelErrors.refusedValue(e);
    } finally {
      if (!all) {
        answers.close();
      }
    }
  }

  /** Awaits all answers. */
  public List<Generation> await() {
    return handles.stream().map(handle -> handle.await(GenerationListener.NONE)).toList();
  }

  /** Awaits all answers and hears them while they grow. */
  public List<Generation> await(Listener listener) {
    if (handles.size() == 1) {
      Generation only = handles.getFirst().await(new Indexed(0, listener));
      listener.onEnd(0, only);
      return List.of(only);
    }
    return new Interleaving(handles, listener).await();
  }

  /** Tells which answer it is that grows. */
  record Indexed(int index, Listener listener) implements GenerationListener {
    @Override
    public void onPrompt(List<SampledToken> prompt) {
      listener.onPrompt(index, prompt);
    }

    @Override
    public void onPiece(Piece piece) {
      listener.onPiece(index, piece);
    }
  }

  /** Ends all answers before the next token. Without effect on those that are complete. */
  public void cancel() {
    handles.forEach(GenerationHandle::cancel);
  }

  @Override
  public void close() {
    cancel();
  }
}
