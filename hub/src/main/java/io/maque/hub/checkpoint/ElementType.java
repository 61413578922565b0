package io.maque.hub.checkpoint;

import io.maque.tensor.TensorType;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What one element of a tensor is. The constants are spelled as in safetensors. */
public enum ElementType {
  F64(8, "DoubleStorage"),
  F32(4, "FloatStorage"),
  F16(2, "HalfStorage"),
  BF16(2, "BFloat16Storage"),
  I64(8, "LongStorage"),
  I32(4, "IntStorage"),
  I16(2, "ShortStorage"),
  I8(1, "CharStorage"),
  U8(1, "ByteStorage"),
  BOOL(1, "BoolStorage");

  private final int bytes;
  private final String storage;

  ElementType(int bytes, String storage) {
    this.bytes = bytes;
    this.storage = storage;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The GGUF format of the same bits, or empty when GGUF has no such weights. */
  public Optional<TensorType> tensorType() {
    return switch (this) {
      case F32 -> Optional.of(TensorType.F32);
      case F16 -> Optional.of(TensorType.F16);
      case BF16 -> Optional.of(TensorType.BF16);
      default -> Optional.empty();
    };
  }

  /** The type that safetensors calls {@code name}. */
  static Optional<ElementType> find(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** The type that the class {@code torch.}{@code name} stores. */
  static Optional<ElementType> findStorage(String name) {
    return Arrays.stream(values()).filter(type -> type.storage.equals(name)).findFirst();
  }

  static String names() {
    return Arrays.stream(values()).map(ElementType::name).collect(Collectors.joining(", "));
  }
}
