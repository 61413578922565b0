package io.maque.server.openai;

import io.maque.engine.FinishReason;

/** Why an answer ended, in OpenAI's words. */
final class FinishReasons {
  private FinishReasons() {}

  static String of(FinishReason reason) {
    return switch (reason) {
      case STOP -> "stop";
      // A cancelled answer is cut, like one that reached its limit; there is no word of its own.
      case LENGTH, CANCELLED -> "length";
    };
  }
}
