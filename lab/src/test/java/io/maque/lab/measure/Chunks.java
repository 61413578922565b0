package io.maque.lab.measure;

/** Chunks of a well-behaved server. */
final class Chunks {
  private Chunks() {}

  static String role() {
    return chat("{\"role\":\"assistant\",\"content\":\"\"}", "null");
  }

  static String content(String text) {
    return chat("{\"content\":\"" + text + "\"}", "null");
  }

  static String finish() {
    return chat("{}", "\"stop\"");
  }

  private static String chat(String delta, String finishReason) {
    return """
    {"id":"c1","object":"chat.completion.chunk","model":"fake",\
    "choices":[{"index":0,"delta":%s,"finish_reason":%s}]}\
    """
        .formatted(delta, finishReason);
  }

  static String text(String text, String finishReason) {
    return """
    {"id":"c1","object":"text_completion","model":"fake",\
    "choices":[{"index":0,"text":"%s","finish_reason":%s}]}\
    """
        .formatted(text, finishReason);
  }

  static String usage(int prompt, int cached, int completion) {
    return """
    {"id":"c1","object":"chat.completion.chunk","model":"fake","choices":[],"usage":\
    {"prompt_tokens":%d,"completion_tokens":%d,"prompt_tokens_details":{"cached_tokens":%d}}}\
    """
        .formatted(prompt, completion, cached);
  }
}
