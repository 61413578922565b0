package io.maque.hub.convert;

import io.maque.hub.checkpoint.StoredTensor;
import io.maque.hub.json.JsonValue;
import io.maque.tensor.Shape;
import java.util.Optional;

/**
 * A matrix that AWQ stored in 4 bits: {@code scale · (weight − zero)}, scale and zero shared by a
 * group of inputs of one output. Stored by inputs, eight outputs to an integer in an order that
 * suits GPUs; read by outputs, as GGUF has them.
 *
 * <p>Lin et al. 2023, arXiv 2306.00978; the order is that of AutoAWQ's {@code gemm} kernels.
 */
final class AwqMatrix implements Values {
  private static final int BITS = 4;
  private static final int MASK = (1 << BITS) - 1;
  private static final int PER_INTEGER = Integer.SIZE / BITS;

  /** Where each of eight neighbouring outputs is in their integer, in nibbles from the lowest. */
  private static final int[] NIBBLE = {0, 4, 1, 5, 2, 6, 3, 7};

  private final long in;
  private final long out;
  private final long groupSize;
  private final StoredTensor weights;
  private final StoredTensor zeros;
  private final StoredTensor scales;

  private AwqMatrix(CheckpointReader reader, String name, long in, long out, long groupSize) {
    this.in = in;
    this.out = out;
    this.groupSize = groupSize;
    if (in % groupSize != 0 || out % PER_INTEGER != 0) {
      throw new ConvertException(
          "tensor %s.qweight: expected inputs in groups of %d and outputs in eights, found %d and %d"
              .formatted(name, groupSize, in, out));
    }
    this.weights = reader.takeIntegers(name + ".qweight", in, out / PER_INTEGER);
    this.zeros = reader.takeIntegers(name + ".qzeros", in / groupSize, out / PER_INTEGER);
    this.scales = reader.take(name + ".scales", in / groupSize, out);
  }

  /**
   * The matrix of a linear layer, or empty where it is stored as it is.
   *
   * @param quantization the object {@code quantization_config}
   */
  static Optional<Values> find(
      CheckpointReader reader, String name, long in, long out, JsonValue quantization) {
    if (!reader.contains(name + ".qweight")) {
      return Optional.empty();
    }
    // AutoAWQ's own file and its field in config.json differ in a name.
    long groupSize =
        quantization
            .findCount("group_size")
            .orElse(quantization.findCount("q_group_size").orElse(128));
    if (groupSize < 1) {
      throw quantization.at("group_size").unexpected("at least 1");
    }
    return Optional.of(new AwqMatrix(reader, name, in, out, groupSize));
  }

  /** Fails when a checkpoint is quantised in another way than this class reads. */
  static void requireKnown(JsonValue quantization) {
    if (quantization.isNothing()) {
      return;
    }
    String method = quantization.findText("quant_method").orElse("");
    String version = quantization.findText("version").orElse("gemm");
    long bits = quantization.findCount("bits").orElse(BITS);
    if (!method.equals("awq") || !version.equalsIgnoreCase("gemm") || bits != BITS) {
      throw new ConvertException(
          "%s: expected weights as trained, or by awq in 4 bits, version gemm; found %s in %d bits, version %s; take the model's original weights"
              .formatted(quantization.where(), method, bits, version));
    }
  }

  @Override
  public Shape shape() {
    return Shape.of(in, out);
  }

  @Override
  public void decode(long first, float[] target, int at, int count) {
    float[] scale = new float[1];
    long group = -1;
    long lastOutput = -1;
    int zero = 0;
    for (int i = 0; i < count; i++) {
      long input = (first + i) % in;
      long output = (first + i) / in;
      int shift = BITS * NIBBLE[(int) (output % PER_INTEGER)];
      if (output != lastOutput || input / groupSize != group) {
        lastOutput = output;
        group = input / groupSize;
        zero = zeros.int32((group * out + output) / PER_INTEGER) >>> shift & MASK;
        scales.decode(group * out + output, scale, 0, 1);
      }
      int weight = weights.int32((input * out + output) / PER_INTEGER) >>> shift & MASK;
      target[at + i] = (weight - zero) * scale[0];
    }
  }
}
