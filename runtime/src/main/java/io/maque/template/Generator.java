package io.maque.template;

import java.util.Iterator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A lazy sequence that can be read once, as {@code map} and {@code select} answer in jinja2. */
record Generator(Iterator<Object> items) {

  static Generator mapped(Iterator<Object> source, UnaryOperator<Object> change) {
    return new Generator(
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return source.hasNext();
          }

          @Override
          public Object next() {
            return change.apply(source.next());
          }
        });
  }

  static Generator filtered(Iterator<Object> source, Predicate<Object> wanted) {
    return new Generator(
        new Iterator<>() {
          private Object ahead;
          private boolean filled;

          @Override
          public boolean hasNext() {
            while (!filled && source.hasNext()) {
              Object candidate = source.next();
              if (wanted.test(candidate)) {
                ahead = candidate;
                filled = true;
              }
            }
            return filled;
          }

          @Override
          public Object next() {
            if (!hasNext()) {
              throw new java.util.NoSuchElementException();
            }
            filled = false;
            return ahead;
          }
        });
  }
}
