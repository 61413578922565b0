package io.maque.grammar;

import java.util.Arrays;

/**
 * Numbers in the order of how many items of a counted rule come with each; elsewhere that is 0 for
 * all. Immutable.
 */
final class ItemList {
  private final int[] values;
  private final int[] items;

  private ItemList(Builder builder) {
    values = sorted(builder);
    items = Arrays.copyOf(builder.items, builder.count);
    Arrays.sort(items);
  }

  /** Stable, by counting: the numbers of items are small. */
  private static int[] sorted(Builder builder) {
    int most = 0;
    for (int i = 0; i < builder.count; i++) {
      most = Math.max(most, builder.items[i]);
    }
    int[] places = new int[most + 2];
    for (int i = 0; i < builder.count; i++) {
      places[builder.items[i] + 1]++;
    }
    for (int i = 1; i < places.length; i++) {
      places[i] += places[i - 1];
    }
    int[] sorted = new int[builder.count];
    for (int i = 0; i < builder.count; i++) {
      sorted[places[builder.items[i]]++] = builder.values[i];
    }
    return sorted;
  }

  int size() {
    return values.length;
  }

  int value(int i) {
    return values[i];
  }

  /** How many come with at most {@code limit} items: they are the first. */
  int upTo(int limit) {
    int from = 0;
    int to = items.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (items[middle] <= limit) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** The place of the first that comes with at least {@code least} items. */
  int first(int least) {
    return least <= 0 ? 0 : upTo(least - 1);
  }

  /** Collects numbers. */
  static final class Builder {
    private int[] values = new int[16];
    private int[] items = new int[16];
    private int count;

    void add(int value, int itemCount) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
        items = Arrays.copyOf(items, 2 * count);
      }
      values[count] = value;
      items[count++] = itemCount;
    }

    ItemList build() {
      return new ItemList(this);
    }
  }
}
