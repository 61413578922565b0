package io.maque.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** What a {@code for} loop and the sequence filters see of a value. */
final class Iteration {
  private Iteration() {}

  static boolean isIterable(Object value) {
    return value instanceof Text
        || value instanceof Sequence
        || value instanceof Dict
        || value instanceof DictView
        || value instanceof IntRange
        || value instanceof Generator
        || value instanceof Undefined
        || value instanceof Loop;
  }

  /** The elements in order: characters of a string, keys of a mapping. */
  static Iterator<Object> of(Object value, Budget budget) {
    if (value instanceof Sequence sequence) {
      return Arrays.asList(sequence.items).iterator();
    }
    if (value instanceof Text text) {
      return characters(text, budget);
    }
    if (value instanceof Dict dict) {
      return dict.keys();
    }
    if (value instanceof DictView view) {
      return view.iterator(budget);
    }
    if (value instanceof IntRange range) {
      return range.iterator();
    }
    if (value instanceof Generator generator) {
      return generator.items();
    }
    if (value instanceof Undefined) {
      return Collections.emptyIterator();
    }
    throw new TemplateException(
        "expected something to iterate over, found a value of type '%s'"
            .formatted(Types.name(value)));
  }

  private static Iterator<Object> characters(Text text, Budget budget) {
    return new Iterator<>() {
      private int offset;

      @Override
      public boolean hasNext() {
        return offset < text.value.length();
      }

      @Override
      public Object next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        budget.string(1);
        int start = offset;
        offset += Character.charCount(text.value.codePointAt(start));
        return text.cut(start, offset).asMarkup(false);
      }
    };
  }

  /** The elements as a fresh list, each accounted for. */
  static List<Object> toList(Object value, Budget budget) {
    Iterator<Object> elements = of(value, budget);
    List<Object> list = new ArrayList<>(Math.max(0, Math.min(size(value), 1024)));
    while (elements.hasNext()) {
      budget.step();
      budget.elements(1);
      list.add(elements.next());
    }
    return list;
  }

  /** Python's {@code len}; -1 for a value that has none. */
  static int size(Object value) {
    if (value instanceof Text text) {
      return text.length();
    }
    if (value instanceof Sequence sequence) {
      return sequence.items.length;
    }
    if (value instanceof Dict dict) {
      return dict.size();
    }
    if (value instanceof DictView view) {
      return view.dict().size();
    }
    if (value instanceof IntRange range) {
      return range.size();
    }
    if (value instanceof Loop loop) {
      return loop.length();
    }
    return value instanceof Undefined ? 0 : -1;
  }
}
