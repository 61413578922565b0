package io.maque.hub.quantize;

import io.maque.tensor.TensorType;
import java.util.Map;

/**
 * What a quantisation did.
 *
 * @param sourceBytes bytes of all tensors of the source
 * @param fileBytes size of the new file
 * @param weights number of all tensors' elements
 * @param tensorBytes bytes of all tensors of the new file
 * @param tensors how many tensors of the new file have each format
 * @param gaveWay how many tensors got a larger format because blocks do not divide their rows
 */
public record QuantizeReport(
    long sourceBytes,
    long fileBytes,
    long weights,
    long tensorBytes,
    Map<TensorType, Integer> tensors,
    int gaveWay) {

  /** Bits of the new file's tensors per element. */
  public double bitsPerWeight() {
    return 8.0 * tensorBytes / weights;
  }
}
