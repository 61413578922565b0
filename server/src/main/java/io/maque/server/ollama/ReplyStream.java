package io.maque.server.ollama;

import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.server.answer.Answers;
import io.maque.server.http.EventStream;
import java.util.function.Function;

/** Sends the parts of an answer as it grows. */
public final class ReplyStream implements Answers.Listener {
  private final Replies replies;
  private final Function<Generation, ReplyEnd> end;
  private final EventStream lines;

  /**
   * @param end what the last part tells of an answer
   */
  public ReplyStream(Replies replies, Function<Generation, ReplyEnd> end, EventStream lines) {
    this.replies = replies;
    this.end = end;
    this.lines = lines;
  }

  @Override
  public void onPiece(int index, Piece piece) {
    replies.part(piece).ifPresent(lines::send);
  }

  @Override
  public void onEnd(int index, Generation generation) {
    replies.last(generation, end.apply(generation)).forEach(lines::send);
  }
}
