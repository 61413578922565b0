package io.maque.boot;

import io.maque.gguf.GgufFile;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;

/** The list of names that people give to files by how their weights are stored. */
final class FileTypes {
  /** Values of {@code general.file_type}: ggml's {@code llama_ftype}. */
  private static final Map<Long, String> NAMES =
      Map.ofEntries(
          Map.entry(0L, "F32"),
          Map.entry(1L, "F16"),
          Map.entry(2L, "Q4_0"),
          Map.entry(3L, "Q4_1"),
          Map.entry(7L, "Q8_0"),
          Map.entry(8L, "Q5_0"),
          Map.entry(9L, "Q5_1"),
          Map.entry(10L, "Q2_K"),
          Map.entry(11L, "Q3_K_S"),
          Map.entry(12L, "Q3_K_M"),
          Map.entry(13L, "Q3_K_L"),
          Map.entry(14L, "Q4_K_S"),
          Map.entry(15L, "Q4_K_M"),
          Map.entry(16L, "Q5_K_S"),
          Map.entry(17L, "Q5_K_M"),
          Map.entry(18L, "Q6_K"),
          Map.entry(25L, "IQ4_NL"),
          Map.entry(32L, "BF16"));

  private FileTypes() {}

  /** What the file says, or else the type of the tensors that take most of it. */
  static String name(GgufFile file) {
    return file.metadata()
        .findInteger("general.file_type")
        .map(NAMES::get)
        .orElseGet(() -> mostFrequent(file));
  }

  private static String mostFrequent(GgufFile file) {
    Map<TensorType, Long> bytes = new EnumMap<>(TensorType.class);
    for (Tensor tensor : file.tensors()) {
      bytes.merge(tensor.type(), tensor.data().byteSize(), Long::sum);
    }
    return bytes.entrySet().stream()
        .max(Comparator.comparingLong(Map.Entry::getValue))
        .map(entry -> entry.getKey().name())
        .orElse("");
  }
}
