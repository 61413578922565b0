package io.maque.hub.convert;

import io.maque.tensor.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a conversion did.
 *
 * @param files the new files: text model, image encoder, or both in this order
 * @param notes what GGUF cannot say about the model, in sentences
 */
public record ConvertReport(List<NewFile> files, List<String> notes) {

  /**
   * A file that was made.
   *
   * @param path where it is
   * @param architecture the value of {@code general.architecture}
   * @param type what its matrices became
   * @param fileBytes its size
   * @param weights number of all tensors' elements
   * @param tensorBytes bytes of all tensors
   * @param tensors how many tensors have each format
   * @param gaveWay how many tensors got a larger format because blocks do not divide their rows
   */
  public record NewFile(
      Path path,
      String architecture,
      TargetType type,
      long fileBytes,
      long weights,
      long tensorBytes,
      Map<TensorType, Integer> tensors,
      int gaveWay) {

    /** Bits of the file's tensors per element. */
    public double bitsPerWeight() {
      return 8.0 * tensorBytes / weights;
    }
  }
}
