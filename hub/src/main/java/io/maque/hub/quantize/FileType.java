package io.maque.hub.quantize;

import io.maque.tensor.TensorType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a quantised file is called after: a format, and for K formats how much of the file gets a
 * better one. Spelling and numbers as published ({@code general.file_type}, llama.cpp's {@code
 * llama_ftype}).
 */
public enum FileType {
  Q8_0(7, TensorType.Q8_0),
  Q6_K(18, TensorType.Q6_K),
  Q5_K_M(17, TensorType.Q5_K),
  Q5_K_S(16, TensorType.Q5_K),
  Q5_1(9, TensorType.Q5_1),
  Q5_0(8, TensorType.Q5_0),
  Q4_K_M(15, TensorType.Q4_K),
  Q4_K_S(14, TensorType.Q4_K),
  Q4_1(3, TensorType.Q4_1),
  Q4_0(2, TensorType.Q4_0);

  private final int number;
  private final TensorType usual;

  FileType(int number, TensorType usual) {
    this.number = number;
    this.usual = usual;
  }

  /** The value of {@code general.file_type}. */
  public int number() {
    return number;
  }

  /** The format of tensors for which no rule says otherwise. */
  public TensorType usual() {
    return usual;
  }

  /**
   * The file type of this name in any case; {@code Q4_K} and {@code Q5_K} mean the M mixtures.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static FileType of(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return find(upper)
        .or(() -> find(upper + "_M"))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "type: expected one of %s, found %s".formatted(names(), name)));
  }

  private static Optional<FileType> find(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** All names, largest files first, such as {@code Q8_0, Q6_K, …}. */
  public static String names() {
    return Arrays.stream(values()).map(FileType::name).collect(Collectors.joining(", "));
  }
}
