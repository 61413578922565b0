package io.maque.lab.cases;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.random.RandomGenerator;

/**
 * Pictures of no kind that could be told: soft blobs, haze, and land under a sky as on a photograph
 * out of focus. Asked what they are, or anything else.
 */
final class BlurScenes {
  private final RandomGenerator random;
  private final Sketch sketch;

  private BlurScenes(RandomGenerator random) {
    this.random = random;
    sketch = Sketch.onPaper(random);
  }

  static Scene draw(Texts texts, RandomGenerator random, Language language) {
    BlurScenes blur = new BlurScenes(random);
    switch (random.nextInt(3)) {
      case 0 -> blur.blobs();
      case 1 -> blur.haze();
      default -> blur.land();
    }
    String kind = random.nextBoolean() ? "picture" : Texts.pick(random, texts.questions());
    String question = texts.anyQuestion(random, kind, language);
    return Scene.of(blur.sketch, question, texts.one("unclear").in(language));
  }

  private void blobs() {
    for (int i = 0; i < 400; i++) {
      double radius = random.nextDouble(3, 40);
      Color colour = new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256), 60);
      double x = random.nextDouble(Sketch.SIDE);
      sketch.fill(Sketch.disc(x, random.nextDouble(Sketch.SIDE), radius), colour);
    }
  }

  /** Noise from coarse to fine, each finer one fainter. */
  private void haze() {
    double fading = random.nextDouble(0.55, 0.85);
    double opacity = 1;
    for (int cells = 3; cells <= 96; cells *= 2) {
      sketch.cover(noise(cells, 0, 256), opacity);
      opacity *= fading;
    }
  }

  /** A sky, ridges that darken towards the eye, and the grain of leaves and stones. */
  private void land() {
    sketch.cover(noise(2, 150, 256), 1);
    int ridges = random.nextInt(2, 5);
    for (int i = 0; i < ridges; i++) {
      double light = 1 - 0.6 * (i + 1) / ridges;
      Color colour =
          new Color(
              (int) (random.nextInt(60, 200) * light),
              (int) (random.nextInt(90, 220) * light),
              (int) (random.nextInt(50, 190) * light));
      sketch.fill(ridge(Sketch.SIDE * (i + 1.5) / (ridges + 2)), colour);
      sketch.cover(noise(48, 0, 256), 0.12);
    }
    sketch.cover(noise(12, 0, 256), 0.15);
  }

  /** The land below a line of hills about {@code top} below the upper edge. */
  private java.awt.Shape ridge(double top) {
    int steps = 16;
    double[] points = new double[2 * (steps + 3)];
    double y = top;
    for (int i = 0; i <= steps; i++) {
      y += random.nextDouble(-7, 7);
      points[2 * i] = Sketch.SIDE * i / steps;
      points[2 * i + 1] = y;
    }
    points[2 * steps + 2] = Sketch.SIDE;
    points[2 * steps + 3] = Sketch.SIDE;
    points[2 * steps + 5] = Sketch.SIDE;
    return Sketch.polygon(0, 0, 1, points);
  }

  private BufferedImage noise(int cells, int darkest, int bound) {
    BufferedImage image = new BufferedImage(cells, cells, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < cells; y++) {
      for (int x = 0; x < cells; x++) {
        int red = random.nextInt(darkest, bound);
        int green = random.nextInt(darkest, bound);
        int blue = random.nextInt(darkest, bound);
        image.setRGB(x, y, new Color(red, green, blue).getRGB());
      }
    }
    return image;
  }
}
