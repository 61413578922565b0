package io.maque.server.openai;

import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.sampling.SampledToken;
import io.maque.server.answer.Answers;
import io.maque.server.http.EventStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sends the parts of a completion as the answers grow. */
public final class CompletionStream implements Answers.Listener {
  private final CompletionReplies replies;
  private final EventStream events;

  /** Characters sent of each answer that has begun. */
  private final Map<Integer, Integer> sent = new HashMap<>();

  public CompletionStream(CompletionReplies replies, EventStream events) {
    this.replies = replies;
    this.events = events;
  }

  @Override
  public void onPrompt(int index, List<SampledToken> prompt) {
    begin(index, prompt);
  }

  @Override
  public void onPiece(int index, Piece piece) {
    begin(index, List.of());
    if (replies.says(piece)) {
      events.send(replies.piece(index, piece, sent.get(index)));
      sent.merge(index, piece.text().length(), Integer::sum);
    }
  }

  @Override
  public void onEnd(int index, Generation generation) {
    begin(index, List.of());
    events.send(replies.end(index, generation));
  }

  private void begin(int index, List<SampledToken> prompt) {
    if (sent.putIfAbsent(index, replies.echo(index).length()) == null && replies.echoes()) {
      events.add(replies.prompt(index, prompt));
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
