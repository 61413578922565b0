package io.maque.server.openai;

import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.server.answer.Answers;
import io.maque.server.http.EventStream;
import io.maque.server.http.JsonTemplate;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sends the chunks of a chat completion as the answers grow. */
public final class ChatCompletionStream implements Answers.Listener {
  private final ChatReplies replies;
  private final EventStream events;
  private final Map<Integer, JsonTemplate> texts = new HashMap<>();
  private final BitSet begun = new BitSet();

  public ChatCompletionStream(ChatReplies replies, EventStream events) {
    this.replies = replies;
    this.events = events;
  }

  @Override
  public void onPiece(int index, Piece piece) {
    if (replies.says(piece)) {
      begin(index);
      if (replies.arePlain()) {
        events.send(texts.computeIfAbsent(index, replies::text), piece.text());
      } else {
        events.send(replies.piece(index, piece));
      }
    }
  }

  @Override
  public void onEnd(int index, Generation generation) {
    begin(index);
    events.send(replies.end(index, generation));
  }

  private void begin(int index) {
    if (!begun.get(index)) {
      begun.set(index);
      events.add(replies.begin(index));
    }
  }

  /** All answers are complete. */
  public void end(List<Generation> generations) {
    if (replies.includesUsage()) {
      events.add(replies.usage(generations));
    }
    events.sendText("[DONE]");
  }
}
