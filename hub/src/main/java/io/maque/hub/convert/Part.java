package io.maque.hub.convert;

/**
 * A part of an image encoder: its tensors stand at one prefix in the checkpoint and at another in
 * the new file. Matrices and norms have biases.
 */
final class Part {
  private final CheckpointReader reader;
  private final GgufPlan plan;
  private final String from;
  private final String to;

  Part(CheckpointReader reader, GgufPlan plan, String from, String to) {
    this.reader = reader;
    this.plan = plan;
    this.from = from;
    this.to = to;
  }

  /** A part of this part. */
  Part part(String source, String target) {
    return new Part(reader, plan, from + source, to + target);
  }

  /** Moves one tensor of these extents, outermost first. */
  Part tensor(String source, String target, long... extents) {
    plan.tensor(to + target, Values.of(reader.take(from + source, extents)));
    return this;
  }

  /** Moves a norm over {@code length} values. */
  Part norm(String source, String target, long length) {
    return tensor(source + ".weight", target + ".weight", length)
        .tensor(source + ".bias", target + ".bias", length);
  }

  /** Moves a matrix and its bias. */
  Part linear(String source, String target, long in, long out) {
    return tensor(source + ".weight", target + ".weight", out, in)
        .tensor(source + ".bias", target + ".bias", out);
  }
}
