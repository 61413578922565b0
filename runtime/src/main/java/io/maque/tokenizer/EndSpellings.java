package io.maque.tokenizer;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the tokens that end a turn by their spelling, because files name at most one of them by id.
 *
 * <p>The list is that of llama.cpp ({@code llama-vocab.cpp}), which stops at the same tokens,
 * except that it also stops Gemma 3 and Qwen in the middle of HTML that strikes text out.
 */
final class EndSpellings {
  private static final Set<String> SPELLINGS =
      Set.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<|flush|>",
          "<|calls|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "</s>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<eos>",
          "<turn|>",
          "<|tool_response>",
          "<｜end▁of▁sentence｜>",
          "[e~[",
          // Code models end a file, or the gap they fill, with these.
          "<|fim_pad|>",
          "<fim-pad>",
          "<fim_pad>",
          "<PAD>",
          "[PAD]",
          "<|fim_repo|>",
          "<|repo_name|>",
          "<fim-repo>",
          "<REPO>",
          "<reponame>",
          "<|file_sep|>");

  /** Not an end: tells whether {@code </s>} is one. */
  private static final String OPENING = "<s>";

  private final Map<String, Integer> seen = new HashMap<>();

  private boolean openingIsText;

  /** Takes note of a token if its spelling matters here. */
  void see(int id, byte[] stored, TokenType type) {
    if (stored.length < OPENING.length()
        || stored[0] != '<' && stored[0] != '[' && stored[0] != '_') {
      return;
    }
    String spelling = Utf8.decode(stored, 0, stored.length);
    if (SPELLINGS.contains(spelling)) {
      seen.putIfAbsent(spelling, id);
    }
    if (spelling.equals(OPENING)) {
      openingIsText = type != TokenType.CONTROL;
    }
  }

  /** The ids of the tokens seen that end a turn, ascending. */
  Set<Integer> ids() {
    Map<String, Integer> ends = new HashMap<>(seen);
    boolean harmony = seen("<|return|>") && seen("<|call|>");
    boolean solar = seen("<|flush|>") && (seen("<|call|>") || seen("<|calls|>"));
    if (harmony || solar) {
      ends.remove("<|end|>"); // ends a message here, not the turn
    }
    if (openingIsText) {
      ends.remove("</s>"); // an HTML tag, as in Gemma and Qwen
    }
    return new TreeSet<>(ends.values());
  }

  private boolean seen(String spelling) {
    return seen.containsKey(spelling);
  }
}
