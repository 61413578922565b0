package io.maque.hub.vocabulary;

import io.maque.hub.json.JsonValue;
import io.maque.hub.reference.Quoted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * SentencePiece's scores from the list of merges that a converter made of them. SentencePiece joins
 * the pair whose union has the best score, whichever two pieces it is made of; so every pair of
 * pieces that make up a third must be listed, and pairs of one union together. Where that does not
 * hold, no scores give the same tokens, and the vocabulary is refused.
 */
final class MergeScores {
  private MergeScores() {}

  /** The score of every piece that a merge makes: the later its merges, the lower. */
  static Map<String, Float> of(JsonValue model) {
    Map<String, JsonValue> vocabulary = model.at("vocab").fields();
    Map<String, Float> scores = new HashMap<>();
    Map<String, Integer> pairs = new HashMap<>();
    String last = "";
    for (JsonValue merge : model.at("merges").elements()) {
      String[] sides = sides(merge);
      String union = sides[0] + sides[1];
      if (!vocabulary.containsKey(union)) {
        throw merge.unexpected("two pieces that make up a third");
      }
      if (!union.equals(last) && scores.containsKey(union)) {
        throw merge.unexpected("the merges of %s together".formatted(Quoted.shorten(union)));
      }
      scores.putIfAbsent(union, (float) -scores.size());
      pairs.merge(union, 1, Integer::sum);
      last = union;
    }
    scores
        .keySet()
        .forEach(union -> {
          int expected = splits(union, vocabulary);
          if (pairs.get(union) != expected) {
            throw new UnsupportedVocabularyException(
                "%s: merges: expected all %d pairs of pieces that make up %s, found %d; a tokenizer.model beside tokenizer.json says the order itself"
                    .formatted(model.where(), expected, Quoted.shorten(union), pairs.get(union)));
          }
        });
    return scores;
  }

  private static String[] sides(JsonValue merge) {
    List<JsonValue> elements = merge.elements();
    if (elements.size() == 2) {
      return new String[] {
        elements.get(0).asText().orElseThrow(() -> merge.unexpected("two texts")),
        elements.get(1).asText().orElseThrow(() -> merge.unexpected("two texts"))
      };
    }
    String[] sides = merge.asText().orElse("").split(" ", -1);
    if (sides.length != 2) {
      throw merge.unexpected("two pieces with a space between");
    }
    return sides;
  }

  private static int splits(String union, Map<String, JsonValue> vocabulary) {
    int splits = 0;
    for (int at = 1; at < union.length(); at++) {
      if (vocabulary.containsKey(union.substring(0, at))
          && vocabulary.containsKey(union.substring(at))) {
        splits++;
      }
    }
    return splits;
  }
}
