package io.maque.lab.cases;

import io.maque.lab.cases.Texts.Colour;
import io.maque.lab.cases.Texts.Named;
import io.maque.lab.cases.Texts.Shape;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Shapes on paper, at most one in each ninth of the picture. */
final class ShapeScenes {
  private static final int MOST = 5;
  private static final double NINTH = Sketch.SIDE / 3;
  private static final List<String> FOREIGN =
      List.of("chart.highest", "chart.value", "table.cell", "invoice.total", "sign.meaning");

  private record Placed(int place, Colour colour, Shape shape) {
    boolean is(Colour other, Shape kind) {
      return colour.equals(other) && shape.equals(kind);
    }
  }

  private final Texts texts;
  private final RandomGenerator random;
  private final Language language;
  private final List<Placed> found = new ArrayList<>();

  private ShapeScenes(Texts texts, RandomGenerator random, Language language) {
    this.texts = texts;
    this.random = random;
    this.language = language;
  }

  static Scene draw(Texts texts, RandomGenerator random, Language language, CaseKind kind) {
    return new ShapeScenes(texts, random, language).draw(kind);
  }

  private Scene draw(CaseKind kind) {
    Sketch sketch = Sketch.onPaper(random);
    // The last colour is black, which dark paper hides.
    List<Colour> colours = texts.colours();
    List<Colour> visible = sketch.isDark() ? colours.subList(0, colours.size() - 1) : colours;
    List<Placed> candidates;
    do {
      arrange(kind, visible);
      candidates = found.stream().filter(one -> isClear(kind, one)).toList();
    } while (candidates.isEmpty());
    found.forEach(shape -> paint(sketch, shape));
    return ask(sketch, kind, Texts.pick(random, candidates));
  }

  private void arrange(CaseKind kind, List<Colour> colours) {
    found.clear();
    // Of all colours and kinds hardly any would be there twice, so what is counted has few.
    int few = random.nextInt(1, 3);
    List<Colour> palette =
        kind == CaseKind.COLOUR_COUNT ? Texts.pick(random, colours, few) : colours;
    List<Shape> kinds =
        kind == CaseKind.KIND_COUNT ? Texts.pick(random, texts.shapes(), few) : texts.shapes();
    List<Integer> ninths = IntStream.range(0, 9).boxed().toList();
    for (int place : Texts.pick(random, ninths, random.nextInt(1, MOST + 1))) {
      found.add(new Placed(place, Texts.pick(random, palette), Texts.pick(random, kinds)));
    }
  }

  /** Whether a question of this kind about this shape can mean no other. */
  private boolean isClear(CaseKind kind, Placed one) {
    return switch (kind) {
      case SHAPE_COLOUR -> count(other -> other.shape.equals(one.shape)) == 1;
      case SHAPE_KIND -> count(other -> other.colour.equals(one.colour)) == 1;
      case SHAPE_PLACE -> count(other -> other.is(one.colour, one.shape)) == 1;
      default -> true;
    };
  }

  private long count(Predicate<Placed> wanted) {
    return found.stream().filter(wanted).count();
  }

  private void paint(Sketch sketch, Placed shape) {
    boolean large = random.nextBoolean();
    double radius = large ? random.nextDouble(15.5, 19) : random.nextDouble(7.5, 10.5);
    double jitter = large ? 2 : 7;
    double x = (shape.place % 3 + 0.5) * NINTH + random.nextDouble(-jitter, jitter);
    double y = (shape.place / 3 + 0.5) * NINTH + random.nextDouble(-jitter, jitter);
    sketch.fill(outline(shape.shape.name().en(), x, y, radius), shade(shape.colour.rgb()));
  }

  private Color shade(Color colour) {
    return new Color(shade(colour.getRed()), shade(colour.getGreen()), shade(colour.getBlue()));
  }

  private int shade(int part) {
    return Math.clamp(part + random.nextInt(-15, 16), 0, 255);
  }

  private static java.awt.Shape outline(String shape, double x, double y, double radius) {
    return switch (shape) {
      case "circle" -> Sketch.disc(x, y, 0.95 * radius);
      case "square" -> Sketch.polygon(x, y, 0.85 * radius, -1, -1, 1, -1, 1, 1, -1, 1);
      case "triangle" -> Sketch.polygon(x, y, radius, 0, -0.95, 0.95, 0.75, -0.95, 0.75);
      case "diamond" -> Sketch.polygon(x, y, radius, 0, -1.1, 0.75, 0, 0, 1.1, -0.75, 0);
      case "star" -> Sketch.polygon(x, y, radius, star());
      case "cross" -> Sketch.polygon(x, y, radius, cross());
      default -> throw new IllegalStateException("no drawing of the shape " + shape);
    };
  }

  private static double[] star() {
    double[] points = new double[20];
    for (int i = 0; i < 10; i++) {
      double reach = i % 2 == 0 ? 1.1 : 0.45;
      points[2 * i] = reach * Math.cos(Math.PI * (i / 5.0 - 0.5));
      points[2 * i + 1] = reach * Math.sin(Math.PI * (i / 5.0 - 0.5));
    }
    return points;
  }

  private static double[] cross() {
    double arm = 0.33;
    return new double[] {
      -arm, -1, arm, -1, arm, -arm, 1, -arm, 1, arm, arm, arm,
      arm, 1, -arm, 1, -arm, arm, -1, arm, -1, -arm, -arm, -arm
    };
  }

  private Scene ask(Sketch sketch, CaseKind kind, Placed one) {
    return switch (kind) {
      case SHAPE_COUNT -> scene(sketch, "shapes.count", one, "" + found.size());
      case COLOUR_COUNT -> {
        long alike = count(other -> other.colour.equals(one.colour));
        yield scene(sketch, "shapes.count_colour", one, "" + alike);
      }
      case KIND_COUNT -> {
        long alike = count(other -> other.shape.equals(one.shape));
        yield scene(sketch, "shapes.count_kind", one, "" + alike);
      }
      case SHAPE_COLOUR ->
          scene(sketch, "shapes.colour", one, one.colour.name(), names(texts.colours()));
      case SHAPE_KIND -> scene(sketch, "shapes.kind", one, one.shape.name(), kinds());
      case SHAPE_PLACE -> {
        List<Named> places = texts.places();
        yield scene(sketch, "shapes.place", one, places.get(one.place), places.stream());
      }
      case SHAPE_EXISTS -> exists(sketch, one);
      case ABSENT -> absent(sketch);
      default -> throw new IllegalArgumentException(kind + " is not asked of shapes");
    };
  }

  private static Stream<Named> names(List<Colour> colours) {
    return colours.stream().map(Colour::name);
  }

  private Stream<Named> kinds() {
    return texts.shapes().stream().map(Shape::name);
  }

  private Scene exists(Sketch sketch, Placed one) {
    Colour colour = random.nextBoolean() ? one.colour : Texts.pick(random, texts.colours());
    boolean there = count(other -> other.is(colour, one.shape)) > 0;
    Placed asked = new Placed(one.place, colour, one.shape);
    Named yes = texts.one("yes");
    Named no = texts.one("no");
    return scene(sketch, "shapes.exists", asked, there ? yes : no, Stream.of(yes, no));
  }

  /** The colour of a shape that is not there, or a question about another kind of picture. */
  private Scene absent(Sketch sketch) {
    List<Shape> missing =
        texts.shapes().stream().filter(kind -> count(one -> one.shape.equals(kind)) == 0).toList();
    String question =
        random.nextBoolean()
            ? question(
                "shapes.colour", Texts.pick(random, texts.colours()), Texts.pick(random, missing))
            : texts.anyQuestion(random, Texts.pick(random, FOREIGN), language);
    return Scene.of(sketch, question, texts.one("absent").in(language));
  }

  private Scene scene(
      Sketch sketch, String question, Placed about, Named answer, Stream<Named> choices) {
    return Scene.of(
        sketch,
        question(question, about.colour, about.shape),
        Texts.answer(answer, language),
        Texts.answers(choices, language));
  }

  private Scene scene(Sketch sketch, String question, Placed about, String answer) {
    return Scene.of(sketch, question(question, about.colour, about.shape), answer);
  }

  private String question(String question, Colour colour, Shape kind) {
    return texts.question(random, question, language, Texts.names(colour, kind, language));
  }
}
