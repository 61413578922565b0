package io.maque.model.text;

import io.maque.model.ModelContract;
import java.util.List;

class LlamaTest extends ModelContract {

  @Override
  protected List<String> models() {
    return List.of("llama-llama3", "llama-tied", "llama-linear");
  }

  @Override
  protected boolean optional(String tensor) {
    return List.of("output.weight", "rope_freqs.weight").contains(tensor);
  }
}
