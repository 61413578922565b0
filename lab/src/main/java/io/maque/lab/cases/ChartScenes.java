package io.maque.lab.cases;

import java.awt.Color;
import java.awt.Font;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Bar and line charts of three to five values of 1 to 99. */
final class ChartScenes {
  private static final double FLOOR = 109;
  // Lines end higher, so that the value of a low point finds room under it.
  private static final double LINE_FLOOR = 98;
  private static final double WIDTH = 116;
  // How far highest and lowest stand out at least, so that the eye can tell.
  private static final int GAP = 8;

  private final Texts texts;
  private final RandomGenerator random;
  private final Language language;
  private final Sketch sketch;
  private final Color ink;
  private final Font font;
  private final List<String> labels;

  private ChartScenes(Texts texts, Typefaces fonts, RandomGenerator random, Language language) {
    this.texts = texts;
    this.random = random;
    this.language = language;
    sketch = Sketch.onPaper(random);
    ink = sketch.ink(random);
    font = Texts.pick(random, language == Language.ZH ? fonts.chinese() : fonts.latin());
    List<String> group = Texts.pick(random, texts.labels(language));
    labels =
        Texts.pick(random, List.of(0, 1, 2, 3, 4), random.nextInt(3, 6)).stream()
            .sorted()
            .map(group::get)
            .toList();
  }

  static Scene draw(
      Texts texts, Typefaces fonts, RandomGenerator random, Language language, CaseKind kind) {
    ChartScenes chart = new ChartScenes(texts, fonts, random, language);
    return kind == CaseKind.CHART_TREND ? chart.trend() : chart.values(kind);
  }

  private Scene values(CaseKind kind) {
    int[] values = spread();
    draw(values, random.nextBoolean(), kind == CaseKind.CHART_VALUE || random.nextBoolean());
    return switch (kind) {
      case CHART_HIGHEST ->
          scene("chart.highest", "", labels.get(ranked(values).getLast()), labels);
      case CHART_LOWEST -> scene("chart.lowest", "", labels.get(ranked(values).getFirst()), labels);
      case CHART_VALUE -> {
        int asked = random.nextInt(values.length);
        yield scene("chart.value", labels.get(asked), "" + values[asked], List.of());
      }
      default -> throw new IllegalArgumentException(kind + " is not asked of charts");
    };
  }

  private Scene trend() {
    int[] rising = spread();
    Arrays.sort(rising);
    int trend = random.nextInt(4);
    draw(bent(rising, trend), false, random.nextBoolean());
    List<String> choices = Texts.answers(texts.trends().stream(), language);
    return scene("chart.trend", "", choices.get(trend), choices);
  }

  /** Rising values in the order of a trend: rising, falling, peak or valley. */
  private int[] bent(int[] rising, int trend) {
    int last = rising.length - 1;
    int[] values = new int[rising.length];
    if (trend < 2) {
      for (int i = 0; i <= last; i++) {
        values[i] = rising[trend == 0 ? i : last - i];
      }
      return values;
    }
    // Every other value rises to the peak, the rest falls from it; a valley is a peak upside down.
    int next = 0;
    for (int i = 0; i <= last; i += 2) {
      values[next++] = rising[i];
    }
    for (int i = last - (last % 2 == 0 ? 1 : 0); i >= 1; i -= 2) {
      values[next++] = rising[i];
    }
    return trend == 2 ? values : Arrays.stream(values).map(value -> 100 - value).toArray();
  }

  private Scene scene(String question, String label, String answer, List<String> choices) {
    String text = texts.question(random, question, language, Map.of("label", label));
    return Scene.of(sketch, text, answer, choices);
  }

  /** Values of which the highest and the lowest stand out. */
  private int[] spread() {
    while (true) {
      int[] values = random.ints(labels.size(), 1, 100).toArray();
      int[] sorted = values.clone();
      Arrays.sort(sorted);
      int last = sorted.length - 1;
      boolean distinct = Arrays.stream(values).distinct().count() == values.length;
      if (distinct && sorted[last] - sorted[last - 1] >= GAP && sorted[1] - sorted[0] >= GAP) {
        return values;
      }
    }
  }

  /** Indexes from the lowest value to the highest. */
  private static List<Integer> ranked(int[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted((a, b) -> Integer.compare(values[a], values[b]))
        .toList();
  }

  private void draw(int[] values, boolean bars, boolean printed) {
    double step = WIDTH / values.length;
    double size = random.nextDouble(10.5, 13);
    for (String label : labels) {
      size = sketch.fitting(label, font, size, step - 2);
    }
    double top = random.nextDouble(22, 34);
    int most = Arrays.stream(values).max().orElseThrow();
    double floor = bars ? FLOOR : LINE_FLOOR;
    double[] xs = new double[values.length];
    double[] ys = new double[values.length];
    sketch.line(6, FLOOR + 1, 124, FLOOR + 1, ink, 0.8);
    for (int i = 0; i < values.length; i++) {
      xs[i] = 8 + step * (i + 0.5);
      ys[i] = floor - (floor - top) * values[i] / most;
      sketch.centred(xs[i], Sketch.ruled(random, 120, 0), labels.get(i), font, size, ink);
      if (printed) {
        double beside = ys[i] + (!bars && isValley(values, i) ? 14 : -14);
        double middle = Sketch.ruled(random, beside, 0);
        sketch.centred(xs[i], middle, "" + values[i], font, Math.min(size, 11.5), ink);
      }
    }
    if (bars) {
      drawBars(xs, ys, step * random.nextDouble(0.3, 0.42));
    } else {
      drawLine(xs, ys);
    }
  }

  /** Whether the line comes down to a value and does not go down further. */
  private static boolean isValley(int[] values, int i) {
    boolean down = i == 0 || values[i - 1] > values[i];
    return down && (i == values.length - 1 || values[i + 1] > values[i]);
  }

  private Color colour() {
    List<Texts.Colour> colours = texts.colours();
    return Texts.pick(random, colours.subList(0, colours.size() - 1)).rgb();
  }

  private void drawBars(double[] xs, double[] ys, double half) {
    List<Color> one = Collections.nCopies(xs.length, colour());
    List<Color> each = IntStream.range(0, xs.length).mapToObj(i -> colour()).toList();
    List<Color> colours = random.nextBoolean() ? one : each;
    for (int i = 0; i < xs.length; i++) {
      double height = FLOOR - ys[i];
      sketch.fill(
          Sketch.polygon(xs[i], ys[i], 1, -half, 0, half, 0, half, height, -half, height),
          colours.get(i));
    }
  }

  private void drawLine(double[] xs, double[] ys) {
    Color colour = colour();
    double width = random.nextDouble(1.2, 2.6);
    double radius = random.nextDouble(1.6, 3);
    for (int i = 0; i < xs.length; i++) {
      if (i > 0) {
        sketch.line(xs[i - 1], ys[i - 1], xs[i], ys[i], colour, width);
      }
      sketch.fill(Sketch.disc(xs[i], ys[i], radius), colour);
    }
  }
}
