package io.maque.lab.cases;

import io.maque.hub.json.JsonValue;
import java.awt.Color;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Signs of hazard, prohibition, order and rescue. */
final class SignScenes {
  private static final double MARKS_PER_SIDE = 1000;

  private SignScenes() {}

  static Scene sign(Texts texts, RandomGenerator random, Language language) {
    Sketch sketch = Sketch.onPaper(random);
    JsonValue sign = Texts.pick(random, texts.signs());
    double side = random.nextDouble(58, 118);
    double x = random.nextDouble(2, Sketch.SIDE - 2 - side);
    double y = random.nextDouble(2, Sketch.SIDE - 2 - side);
    for (JsonValue mark : sign.at("marks").elements()) {
      Color ink = ink(texts, mark.text("ink"));
      double unit = side / MARKS_PER_SIDE;
      if (mark.has("circle")) {
        List<Integer> circle = Texts.numbers(mark.at("circle"));
        double radius = circle.get(2) * unit;
        sketch.fill(Sketch.disc(x + circle.get(0) * unit, y + circle.get(1) * unit, radius), ink);
      } else {
        double[] points =
            mark.at("polygon").elements().stream()
                .flatMap(point -> Texts.numbers(point).stream())
                .mapToDouble(Integer::doubleValue)
                .toArray();
        sketch.fill(Sketch.polygon(x, y, unit, points), ink);
      }
    }
    String question = texts.question(random, "sign.meaning", language, Map.of());
    List<String> choices = Texts.answers(texts.signs().stream().map(Texts::named), language);
    return Scene.of(sketch, question, Texts.answer(Texts.named(sign), language), choices);
  }

  private static Color ink(Texts texts, String name) {
    return texts.colours().stream()
        .filter(colour -> colour.name().en().equals(name))
        .map(Texts.Colour::rgb)
        .findFirst()
        .orElse(new Color(250, 250, 250)); // white is the one ink that is no colour
  }
}
