package io.maque.bench.profile;

import io.maque.gguf.GgufFile;
import io.maque.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;

/** Names of a model's tensors by where they lie, the same for all layers. */
final class WeightNames {
  private final TreeMap<Long, Tensor> tensors = new TreeMap<>();

  WeightNames(GgufFile file) {
    file.tensors().forEach(tensor -> tensors.put(tensor.data().address(), tensor));
  }

  /** The tensor whose data contain the begin of {@code weight}. */
  String find(MemorySegment weight) {
    Map.Entry<Long, Tensor> entry = tensors.floorEntry(weight.address());
    if (entry == null || weight.address() >= entry.getKey() + entry.getValue().data().byteSize()) {
      return "no weights";
    }
    return entry
        .getValue()
        .name()
        .replaceFirst("^(v\\.)?(proj_)?blk\\.\\d+\\.", "$1$2")
        .replaceFirst("\\.weight$", "");
  }
}
