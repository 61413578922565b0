package io.maque.server.openai;

import io.maque.engine.FinishReason;

/** Why an answer ended, in OpenAI's words. */
final class FinishReasons {
  private FinishReasons() {}

  /** The same of an answer that may have called tools. */
  static String of(FinishReason reason, boolean called) {
    return called && reason == FinishReason.STOP ? "tool_calls" : of(reason);
  }

  static String of(FinishReason reason) {
    return switch (reason) {
      case STOP -> "stop";
      // An answer that was cancelled or came too late is cut, like one that reached its limit.
      case LENGTH, CANCELLED, DEADLINE -> "length";
    };
  }
}
