package io.maque.lab.measure;

import java.util.List;
import java.util.SplittableRandom;

/** The prompts of a measurement; the same index always gives the same text. */
@FunctionalInterface
public interface Prompts {

  /** The prompt of request {@code index}. */
  String get(int index);

  /** The same without the first {@code count}. */
  default Prompts skip(int count) {
    return index -> get(count + index);
  }

  /** These texts, over and over. */
  static Prompts of(List<String> texts) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("prompts: expected a text or more, found none");
    }
    List<String> copy = List.copyOf(texts);
    return index -> copy.get(index % copy.size());
  }

  /**
   * Random lists of short English words, each of which is about one token in every common
   * vocabulary, with a question that makes models talk. The server's own count is what is reported.
   *
   * @param shared words that all prompts begin with, as under a common system prompt
   * @param own words after them that no other prompt has in this order
   */
  static Prompts ofWords(int shared, int own, long seed) {
    if (shared < 0 || own < 1) {
      throw new IllegalArgumentException(
          "promptTokens: expected 1 or more, found %d, of them %d shared"
              .formatted(shared + own, shared));
    }
    String prefix = words(shared, new SplittableRandom(seed));
    return index ->
        prefix
            + words(own, new SplittableRandom(seed + 1 + index))
            + "\nWrite a very long story with all of these words.";
  }

  private static String words(int count, SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
    }
    return text.toString();
  }

  /** Short, common, and a token each after a space. */
  List<String> WORDS =
      List.of(
          ("apple bird boat book bread bridge child city cloud coat cold corn cow day desk dog door"
                  + " dream earth egg eye farm field fire fish flower food forest friend garden"
                  + " gold grass green hand hat heart hill home horse house ice island key king"
                  + " lake lamp leaf letter light lion map milk moon morning mountain music night"
                  + " ocean paper path pen picture rain red ring river road rock room rose salt"
                  + " sand school sea ship silver sister sky snow song star stone storm street"
                  + " sugar summer sun table tea tree valley village wall water wind window winter"
                  + " wood word year")
              .split(" "));
}
