package io.maque.server.answer;

import io.maque.generate.Generation;
import io.maque.generate.GenerationHandle;
import io.maque.generate.GenerationListener.Piece;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.server.http.HttpException;
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
   * @throws HttpException 400 when this model, of all, cannot serve a value of the request
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
      // What only the model can know, such as how many tokens its vocabulary has.
      throw new HttpException(400, "invalid_value", "", e.getMessage());
    } finally {
      if (!all) {
        answers.close();
      }
    }
  }

  /** Awaits all answers. */
  public List<Generation> await() {
    return handles.stream().map(handle -> handle.await(piece -> {})).toList();
  }

  /** Awaits all answers and hears them while they grow. */
  public List<Generation> await(Listener listener) {
    if (handles.size() == 1) {
      Generation only = handles.getFirst().await(piece -> listener.onPiece(0, piece));
      listener.onEnd(0, only);
      return List.of(only);
    }
    return new Interleaving(handles, listener).await();
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
