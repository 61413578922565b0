package io.maque.hub.convert;

import io.maque.hub.quantize.FileType;
import io.maque.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the matrices of a new file become.
 *
 * @param name as {@code --type} takes it
 * @param number the value of {@code general.file_type}
 * @param plain the format of matrices that are not quantised
 * @param mixture how the others are quantised, or empty when none is
 */
public record TargetType(String name, int number, TensorType plain, Optional<FileType> mixture) {
  public static final TargetType F32 = floats(0, TensorType.F32);
  public static final TargetType F16 = floats(1, TensorType.F16);
  public static final TargetType BF16 = floats(32, TensorType.BF16);

  private static final List<TargetType> FLOATS = List.of(F32, F16, BF16);

  private static TargetType floats(int number, TensorType plain) {
    return new TargetType(plain.name(), number, plain, Optional.empty());
  }

  /** A quantised file. What its mixture leaves as it is becomes F16 or F32. */
  public static TargetType of(FileType mixture) {
    return new TargetType(mixture.name(), mixture.number(), TensorType.F16, Optional.of(mixture));
  }

  /**
   * The type of this name in any case.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static TargetType of(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    Optional<TargetType> floats =
        FLOATS.stream().filter(type -> type.name().equals(upper)).findFirst();
    if (floats.isPresent()) {
      return floats.get();
    }
    boolean known =
        Arrays.stream(FileType.values())
            .anyMatch(type -> type.name().equals(upper) || type.name().equals(upper + "_M"));
    if (!known) {
      throw new IllegalArgumentException(
          "type: expected one of %s, %s, found %s"
              .formatted(
                  FLOATS.stream().map(TargetType::name).collect(Collectors.joining(", ")),
                  FileType.names(),
                  name));
    }
    return of(FileType.of(upper));
  }
}
