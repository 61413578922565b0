package io.maque.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * Stable sorting by the order of the language. Our own merge sort, because that order may fail
 * between values of different types and is no order at all when NaN is among them.
 */
final class Sorting {
  private Sorting() {}

  private record Keyed<T>(Object key, T item) {}

  static <T> List<T> sorted(
      List<T> items, Function<T, Object> key, boolean reverse, Budget budget) {
    List<Keyed<T>> keyed = new ArrayList<>(items.size());
    for (T item : items) {
      keyed.add(new Keyed<>(key.apply(item), item));
    }
    // Reversing before and after keeps equal items in their first order, as Python does.
    if (reverse) {
      Collections.reverse(keyed);
    }
    List<T> result = new ArrayList<>(items.size());
    for (Keyed<T> entry : mergeSort(keyed, budget)) {
      result.add(entry.item());
    }
    if (reverse) {
      Collections.reverse(result);
    }
    return result;
  }

  private static <T> List<Keyed<T>> mergeSort(List<Keyed<T>> items, Budget budget) {
    if (items.size() < 2) {
      return items;
    }
    int middle = items.size() / 2;
    List<Keyed<T>> left = mergeSort(items.subList(0, middle), budget);
    List<Keyed<T>> right = mergeSort(items.subList(middle, items.size()), budget);
    List<Keyed<T>> merged = new ArrayList<>(items.size());
    int l = 0;
    int r = 0;
    while (l < left.size() && r < right.size()) {
      budget.step();
      boolean takeRight = Comparison.less(right.get(r).key(), left.get(l).key(), "<", budget);
      merged.add(takeRight ? right.get(r++) : left.get(l++));
    }
    merged.addAll(left.subList(l, left.size()));
    merged.addAll(right.subList(r, right.size()));
    return merged;
  }
}
