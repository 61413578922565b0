package io.maque.server.openai;

import io.maque.server.openai.ChatCompletionChunk.Delta;
import io.maque.server.tools.AnswerReader;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Takes the parts of one answer and gives them as deltas of OpenAI's API. */
final class ChatParts implements AnswerReader.Listener {
  private final List<Delta> deltas = new ArrayList<>();

  /** The deltas since the last time. */
  List<Delta> take() {
    List<Delta> taken = List.copyOf(deltas);
    deltas.clear();
    return taken;
  }

  @Override
  public void onReasoning(String text) {
    deltas.add(new Delta(null, null, text, null));
  }

  @Override
  public void onText(String text) {
    deltas.add(Delta.text(text));
  }

  @Override
  public void onCall(int index, String name) {
    String id = "call_" + UUID.randomUUID().toString().replace("-", "");
    call(new CallReply(index, id, "function", new CallReply.Function(name, "")));
  }

  @Override
  public void onArguments(int index, String text) {
    call(new CallReply(index, null, null, new CallReply.Function(null, text)));
  }

  private void call(CallReply call) {
    deltas.add(new Delta(null, null, null, List.of(call)));
  }

  /** A whole answer of these deltas. */
  static ChatCompletion.Reply whole(List<Delta> deltas) {
    StringBuilder content = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    List<CallReply> calls = new ArrayList<>();
    for (Delta delta : deltas) {
      content.append(delta.content() == null ? "" : delta.content());
      reasoning.append(delta.reasoningContent() == null ? "" : delta.reasoningContent());
      if (delta.toolCalls() != null) {
        CallReply call = delta.toolCalls().getFirst();
        if (call.id() != null) {
          calls.add(call.withoutIndex());
        } else {
          calls.add(calls.removeLast().plus(call.function().arguments()));
        }
      }
    }
    return new ChatCompletion.Reply(
        "assistant",
        content.isEmpty() && !calls.isEmpty() ? null : content.toString(),
        null,
        reasoning.isEmpty() ? null : reasoning.toString(),
        calls.isEmpty() ? null : calls);
  }
}
