package io.maque.server.openai;

import io.maque.engine.FinishReason;

/** Why an answer ended, in OpenAI's words. */
final class FinishReasons {
  private FinishReasons() {}

  static String of(FinishReason reason) {
    return switch (reason) {
      case STOP -> "stop";
      // An answer that was cancelled or came too late is cut, like one that reached its limit.
      case LENGTH, CANCELLED, DEADLINE -> "length";
    };
  }
}
