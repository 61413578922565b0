package io.maque.server.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Set;

/**
 * Reads the object of one call while it is written: {@code {"name": …, "arguments": {…}}}. The name
 * is known when its string ends; from then on the text of the arguments is handed on as it comes.
 * What turns out to be no call of a tool of the request is handed back as the text it is.
 */
final class CallReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What calls have besides their arguments; any other key shows that an object is none. */
  private static final Set<String> KEYS = Set.of("name", "type", "id");

  private final Set<String> names;
  private final String argumentsKey;
  private final AnswerReader.Listener listener;
  private final int index;
  private final StringBuilder text = new StringBuilder();
  private int depth;
  private boolean inString;
  private boolean escaped;
  private int stringBegin;
  private String key;
  private String name;
  private boolean expectsKey;
  private int argumentsBegin = -1;
  private int argumentsEnd = -1;
  private int end = -1;
  private int handedOn;
  private boolean announced;
  private boolean refused;

  CallReader(Set<String> names, String argumentsKey, int index, AnswerReader.Listener listener) {
    this.names = names;
    this.argumentsKey = argumentsKey;
    this.index = index;
    this.listener = listener;
  }

  void accept(String piece) {
    for (int i = 0; i < piece.length(); i++) {
      text.append(piece.charAt(i));
      if (end < 0) {
        see(piece.charAt(i), text.length() - 1);
      }
    }
    handOn();
  }

  /** Whether a call was announced. */
  boolean announced() {
    return announced;
  }

  /** Whether it is clear that this is no call of a tool of the request. */
  boolean refused() {
    return refused && !announced;
  }

  /** All that was read, for a call that was none. */
  String text() {
    return text.toString();
  }

  /** What stands behind the object. */
  String rest() {
    return end < 0 ? "" : text.substring(end).strip();
  }

  private void see(char c, int at) {
    if (inString) {
      if (escaped) {
        escaped = false;
      } else if (c == '\\') {
        escaped = true;
      } else if (c == '"') {
        inString = false;
        endOfString(at);
      }
      return;
    }
    switch (c) {
      case '"' -> {
        inString = true;
        stringBegin = at;
      }
      case '{', '[' -> {
        if (depth == 1 && argumentsKey.equals(key) && argumentsBegin < 0) {
          refused |= c == '[';
          argumentsBegin = at;
          handedOn = at;
        }
        depth++;
        expectsKey = depth == 1;
      }
      case '}', ']' -> {
        depth--;
        if (depth == 1 && argumentsBegin >= 0 && argumentsEnd < 0) {
          argumentsEnd = at + 1;
        }
        if (depth <= 0) {
          end = at + 1;
        }
      }
      case ',' -> expectsKey = depth == 1;
      case ':' -> expectsKey = false;
      default -> {}
    }
  }

  private void endOfString(int at) {
    if (depth != 1) {
      return;
    }
    String value = unescape(text.substring(stringBegin, at + 1));
    if (expectsKey) {
      key = value;
      refused |= !KEYS.contains(key) && !argumentsKey.equals(key);
    } else if ("name".equals(key) && name == null) {
      name = value;
      refused |= !names.contains(name);
    }
  }

  private String unescape(String quoted) {
    try {
      return JSON.readValue(quoted, String.class);
    } catch (JsonProcessingException e) {
      refused = true;
      return "";
    }
  }

  private void handOn() {
    if (refused || name == null || argumentsBegin < 0) {
      return;
    }
    if (!announced) {
      announced = true;
      listener.onCall(index, name);
    }
    int end = argumentsEnd < 0 ? text.length() : argumentsEnd;
    if (end > handedOn) {
      listener.onArguments(index, text.substring(handedOn, end));
      handedOn = end;
    }
  }
}
