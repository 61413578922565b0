package io.maque.hub.convert;

import io.maque.gguf.GgufMetadata;
import io.maque.hub.quantize.WeightSource;
import io.maque.tensor.Shape;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a GGUF file will hold: keys, and tensors whose values are computed while it is written. The
 * keys of the architecture are given without its name.
 */
final class GgufPlan {
  private final String architecture;
  private final TensorType plain;
  private final Map<String, Object> keys = new LinkedHashMap<>();
  private final List<WeightSource> tensors = new ArrayList<>();

  /**
   * @param plain the format of matrices that are not quantised: F32, F16 or BF16
   */
  GgufPlan(String architecture, TensorType plain) {
    this.architecture = architecture;
    this.plain = plain;
    put("general.architecture", architecture);
  }

  /** Puts a key by its whole name. */
  GgufPlan put(String key, Object value) {
    keys.put(key, value);
    return this;
  }

  /** Puts keys by their whole names. */
  GgufPlan putAll(Map<String, Object> all) {
    keys.putAll(all);
    return this;
  }

  /** Puts a key of the architecture. */
  GgufPlan describe(String key, Object value) {
    return put(architecture + "." + key, value);
  }

  /**
   * Adds a tensor. As in the reference, vectors, norms, positions and whatever is no {@code weight}
   * are F32; so are patch embeddings unless the file is one of F16.
   */
  GgufPlan tensor(String name, Values values) {
    tensors.add(new PlannedTensor(name, plainType(name, values.shape()), values));
    return this;
  }

  private TensorType plainType(String name, Shape shape) {
    boolean small =
        shape.rank() == 1
            || name.endsWith("_norm.weight")
            || name.endsWith("position_embd.weight")
            || !name.endsWith(".weight");
    boolean patches = name.contains(".patch_embd.weight");
    if (patches && plain == TensorType.F16) {
      return TensorType.F16;
    }
    return small || patches ? TensorType.F32 : plain;
  }

  GgufMetadata metadata() {
    Map<String, Object> widened = new LinkedHashMap<>();
    keys.forEach((key, value) -> widened.put(key, widened(value)));
    return new GgufMetadata(widened);
  }

  private static Object widened(Object value) {
    return switch (value) {
      case Integer number -> number.longValue();
      case Float number -> number.doubleValue();
      default -> value;
    };
  }

  List<WeightSource> tensors() {
    return List.copyOf(tensors);
  }

  private record PlannedTensor(String name, TensorType type, Values values)
      implements WeightSource {
    @Override
    public Shape shape() {
      return values.shape();
    }

    @Override
    public void decode(long first, float[] target, int count) {
      values.decode(first, target, 0, count);
    }

    @Override
    public Optional<MemorySegment> bytes() {
      return values.bytes(type);
    }
  }
}
