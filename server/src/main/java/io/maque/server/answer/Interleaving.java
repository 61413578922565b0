package io.maque.server.answer;

import io.maque.generate.Generation;
import io.maque.generate.GenerationHandle;
import io.maque.generate.GenerationListener.Piece;
import io.maque.sampling.SampledToken;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;

/** Several answers heard by one listener in the order in which their pieces come. */
final class Interleaving {
  private final List<GenerationHandle> handles;
  private final Answers.Listener inTurn;

  Interleaving(List<GenerationHandle> handles, Answers.Listener listener) {
    this.handles = handles;
    this.inTurn = new InTurn(listener);
  }

  List<Generation> await() {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Generation>> futures = new ArrayList<>(handles.size());
      for (int i = 0; i < handles.size(); i++) {
        int index = i;
        futures.add(threads.submit(() -> await(index)));
      }
      List<Generation> generations = new ArrayList<>(handles.size());
      for (Future<Generation> future : futures) {
        generations.add(result(future));
      }
      return generations;
    }
  }

  private Generation await(int index) {
    boolean complete = false;
    try {
      Generation generation = handles.get(index).await(new Answers.Indexed(index, inTurn));
      inTurn.onEnd(index, generation);
      complete = true;
      return generation;
    } finally {
      if (!complete) {
        // One answer that failed, or a listener that gave up, ends them all.
        handles.forEach(GenerationHandle::cancel);
      }
    }
  }

  /** Lets one thread after the other speak to the listener. */
  private static final class InTurn implements Answers.Listener {
    private final Answers.Listener listener;
    private final ReentrantLock lock = new ReentrantLock();

    InTurn(Answers.Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onPrompt(int index, List<SampledToken> prompt) {
      locked(() -> listener.onPrompt(index, prompt));
    }

    @Override
    public void onPiece(int index, Piece piece) {
      locked(() -> listener.onPiece(index, piece));
    }

    @Override
    public void onEnd(int index, Generation generation) {
      locked(() -> listener.onEnd(index, generation));
    }

    private void locked(Runnable call) {
      lock.lock();
      try {
        call.run();
      } finally {
        lock.unlock();
      }
    }
  }

  private Generation result(Future<Generation> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      handles.forEach(GenerationHandle::cancel);
      Thread.currentThread().interrupt();
      throw new AnswersInterruptedException(e);
    }
  }
}
