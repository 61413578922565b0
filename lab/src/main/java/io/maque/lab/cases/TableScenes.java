package io.maque.lab.cases;

import java.awt.Color;
import java.awt.Font;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Tables with a heading, and invoices with a total. Printed in the language of the question. */
final class TableScenes {
  private static final Color RULE = new Color(150, 150, 150);
  private static final double CELL = 35;

  private TableScenes() {}

  static Scene table(Texts texts, Typefaces fonts, RandomGenerator random, Language language) {
    Sketch sketch = Sketch.onPaper(random);
    Font font = Texts.pick(random, language == Language.ZH ? fonts.chinese() : fonts.latin());
    Color ink = sketch.ink(random);
    List<String> items = Texts.pick(random, texts.items(language), random.nextInt(2, 5));
    List<String> columns =
        Texts.pick(random, texts.columns(), random.nextInt(1, 3)).stream()
            .map(column -> column.in(language))
            .toList();
    double size = size(sketch, random, font, items, columns);
    double left = random.nextDouble(4, 8);
    double height = height(random, items.size() + 1);
    double top = top(random, height, items.size() + 1);
    int[][] values = values(random, columns.size(), items.size());
    for (int column = 0; column < columns.size(); column++) {
      double x = 50 + 39 * column;
      sketch.text(x, top, columns.get(column), font, size, ink);
      for (int row = 0; row < items.size(); row++) {
        sketch.text(x, top + height * (row + 1), "" + values[column][row], font, size, ink);
      }
    }
    for (int row = 0; row < items.size(); row++) {
      double middle = top + height * (row + 1);
      sketch.text(left, middle, items.get(row), font, size, ink);
      sketch.line(2, middle - height / 2, 126, middle - height / 2, RULE, 0.6);
    }
    int column = random.nextInt(columns.size());
    int row = random.nextInt(items.size());
    Map<String, String> names = Map.of("row", items.get(row), "column", columns.get(column));
    String question = texts.question(random, "table.cell", language, names);
    return Scene.of(sketch, question, "" + values[column][row]);
  }

  /** A size at which every name fits into its column. */
  private static double size(
      Sketch sketch, RandomGenerator random, Font font, List<String> items, List<String> columns) {
    double size = random.nextDouble(11.5, 14);
    for (List<String> names : List.of(items, columns)) {
      for (String name : names) {
        size = sketch.fitting(name, font, size, CELL);
      }
    }
    return size;
  }

  private static double height(RandomGenerator random, int rows) {
    return rows <= 4 && random.nextDouble() < 0.4 ? 2 * Sketch.PATCH : Sketch.PATCH;
  }

  /** The middle of the first of the rows. */
  private static double top(RandomGenerator random, double height, int rows) {
    return Sketch.ruled(random, random.nextDouble(Sketch.SIDE - height * (rows - 1)), 0);
  }

  private static int[][] values(RandomGenerator random, int columns, int rows) {
    int[][] values = new int[columns][rows];
    for (int[] column : values) {
      int bound = random.nextBoolean() ? 100 : 1000;
      for (int row = 0; row < rows; row++) {
        column[row] = random.nextInt(1, bound);
      }
    }
    return values;
  }

  static Scene invoice(Texts texts, Typefaces fonts, RandomGenerator random, Language language) {
    Sketch sketch = Sketch.onPaper(random);
    Font font = Texts.pick(random, language == Language.ZH ? fonts.chinese() : fonts.latin());
    Color ink = sketch.ink(random);
    List<String> items = Texts.pick(random, texts.items(language), random.nextInt(2, 5));
    double size = random.nextDouble(11.5, 13.5);
    double height = height(random, items.size() + 2);
    double left = random.nextDouble(4, 10);
    double right = random.nextDouble(78, 96);
    double top = top(random, height, items.size() + 2);
    String title = texts.invoice("title").in(language) + " " + random.nextInt(10, 10_000);
    sketch.text(left, top, title, font, size, ink);
    int total = 0;
    double middle = top;
    for (String item : items) {
      middle += height;
      int price = random.nextInt(1, 200);
      total += price;
      sketch.text(left, middle, item, font, size, ink);
      sketch.text(right, middle, "" + price, font, size, ink);
    }
    sketch.line(left, middle + height / 2, 124, middle + height / 2, ink, 0.7);
    middle += height;
    sketch.text(left, middle, texts.invoice("total").in(language), font, size, ink);
    sketch.text(right, middle, "" + total, font, size, ink);
    String question = texts.question(random, "invoice.total", language, Map.of());
    return Scene.of(sketch, question, "" + total);
  }
}
