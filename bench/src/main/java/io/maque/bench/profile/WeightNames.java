package io.maque.bench.profile;

import io.maque.gguf.GgufFile;
import io.maque.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;

/** Names of a model's tensors by where they lie, the same for all layers. */
final class WeightNames {
  private final TreeMap<Long, String> names = new TreeMap<>();

  WeightNames(GgufFile file) {
    for (Tensor tensor : file.tensors()) {
      String name = tensor.name().replaceFirst("^blk\\.\\d+\\.", "").replaceFirst("\\.weight$", "");
      names.put(tensor.data().address(), name);
    }
  }

  /** The tensor whose data begin with {@code weight}, or contain it. */
  String find(MemorySegment weight) {
    Map.Entry<Long, String> entry = names.floorEntry(weight.address());
    return entry == null ? "?" : entry.getValue();
  }
}
