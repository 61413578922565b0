package io.maque.hub;

import io.maque.hub.reference.StoreName;
import java.util.Comparator;
import java.util.List;

/** Names near to a mistyped one. */
final class Suggestions {
  private Suggestions() {}

  /** {@code did you mean …? } with the nearest name, or an empty text when none is near. */
  static String sentence(StoreName wrong, List<StoreName> known) {
    String typed = wrong.value();
    return known.stream()
        .map(StoreName::value)
        .filter(name -> isNear(typed, name))
        .min(Comparator.comparingInt(name -> distance(typed, name)))
        .map("did you mean %s? "::formatted)
        .orElse("");
  }

  private static boolean isNear(String typed, String name) {
    boolean partOf = typed.length() >= 3 && name.contains(typed);
    return partOf || distance(typed, name) <= Math.max(2, name.length() / 4);
  }

  /** Levenshtein's edit distance. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substituted, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
