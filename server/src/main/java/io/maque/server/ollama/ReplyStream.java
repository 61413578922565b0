package io.maque.server.ollama;

import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.generate.GenerationRequest;
import io.maque.server.answer.Answers;
import io.maque.server.http.EventStream;
import java.util.function.Function;

/** Sends the parts of an answer as it grows. */
public final class ReplyStream implements Answers.Listener {
  private final GenerationRequest request;
  private final Replies replies;
  private final Function<Generation, ReplyEnd> end;
  private final EventStream lines;

  /**
   * @param end what the last part tells of an answer
   */
  public ReplyStream(
      GenerationRequest request,
      Replies replies,
      Function<Generation, ReplyEnd> end,
      EventStream lines) {
    this.request = request;
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
    lines.send(replies.last(request, generation, end.apply(generation)));
  }
}
