package io.maque.server.openai;

import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.server.answer.Answers;
import io.maque.server.http.EventStream;
import io.maque.server.http.JsonTemplate;
import io.maque.server.openai.ChatCompletionChunk.Delta;
import io.maque.server.tools.AnswerReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sends the chunks of a chat completion as the answers grow. */
public final class ChatCompletionStream implements Answers.Listener {
  private final ChatReplies replies;
  private final EventStream events;
  private final Map<Integer, Growing> answers = new HashMap<>();

  /** An answer that grows, what reads it, and the chunk of a text that is yet to come. */
  private record Growing(ChatParts parts, AnswerReader reader, JsonTemplate text) {}

  public ChatCompletionStream(ChatReplies replies, EventStream events) {
    this.replies = replies;
    this.events = events;
  }

  @Override
  public void onPiece(int index, Piece piece) {
    Growing answer = answer(index);
    answer.reader.accept(piece.text());
    send(index, answer, piece);
  }

  @Override
  public void onEnd(int index, Generation generation) {
    Growing answer = answer(index);
    answer.reader.end();
    send(index, answer, new Piece("", List.of()));
    events.send(replies.end(index, generation, answer.reader.calls() > 0));
  }

  private void send(int index, Growing answer, Piece piece) {
    List<Delta> deltas = answer.parts.take();
    if (replies.tellsLogprobs(piece)) {
      replies.pieces(index, deltas, piece).forEach(events::send);
      return;
    }
    for (Delta delta : deltas) {
      if (delta.isText()) {
        events.send(answer.text, delta.content());
      } else {
        events.send(replies.piece(index, delta));
      }
    }
  }

  private Growing answer(int index) {
    Growing answer = answers.get(index);
    if (answer == null) {
      events.add(replies.begin(index));
      ChatParts parts = new ChatParts();
      JsonTemplate text = new JsonTemplate(replies.piece(index, Delta.text(JsonTemplate.TEXT)));
      answer = new Growing(parts, replies.reader(parts), text);
      answers.put(index, answer);
    }
    return answer;
  }

  /** All answers are complete. */
  public void end(List<Generation> generations) {
    if (replies.includesUsage()) {
      events.add(replies.usage(generations));
    }
    events.sendText("[DONE]");
  }
}
