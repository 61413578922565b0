package io.maque.server.openai;

import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.server.answer.Answers;
import io.maque.server.http.EventStream;
import java.util.BitSet;
import java.util.List;

/** Sends the chunks of a chat completion as the answers grow. */
public final class ChatCompletionStream implements Answers.Listener {
  private final ChatCompletionRequest request;
  private final ReplyIdentity identity;
  private final EventStream events;
  private final BitSet begun = new BitSet();

  public ChatCompletionStream(
      ChatCompletionRequest request, ReplyIdentity identity, EventStream events) {
    this.request = request;
    this.identity = identity;
    this.events = events;
  }

  @Override
  public void onPiece(int index, Piece piece) {
    if (piece.text().isEmpty()) {
      // The token's text is not complete yet.
      return;
    }
    begin(index);
    events.send(ChatCompletionChunk.piece(identity, index, piece));
  }

  @Override
  public void onEnd(int index, Generation generation) {
    begin(index);
    events.send(ChatCompletionChunk.end(identity, index, generation));
  }

  private void begin(int index) {
    if (!begun.get(index)) {
      begun.set(index);
      events.send(ChatCompletionChunk.begin(identity, index));
    }
  }

  /** All answers are complete. */
  public void end(List<Generation> generations) {
    if (request.answer().includeUsage()) {
      events.send(ChatCompletionChunk.usage(identity, generations));
    }
    events.sendText("[DONE]");
  }
}
