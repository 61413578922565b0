package io.maque.server.openai;

import io.maque.generate.Generation;
import io.maque.generate.ImageReport;
import io.maque.image.Size;
import java.util.List;

/**
 * What became of a picture of the prompt; a field that OpenAI's API does not have.
 *
 * @param original its shape, upright
 * @param processed the shape in which the model saw it
 * @param tokens positions it took in the prompt
 */
record ImageReply(Shape original, Shape processed, int tokens) {

  /** In pixels. */
  record Shape(int width, int height) {
    static Shape of(Size size) {
      return new Shape(size.width(), size.height());
    }
  }

  /** All pictures, in the order of the request. */
  static List<ImageReply> of(Generation generation) {
    return generation.images().stream().map(ImageReply::of).toList();
  }

  private static ImageReply of(ImageReport report) {
    return new ImageReply(
        Shape.of(report.original()), Shape.of(report.processed()), report.tokens());
  }
}
