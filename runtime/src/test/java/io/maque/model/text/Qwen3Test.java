package io.maque.model.text;

import io.maque.model.ModelContract;
import java.util.List;

class Qwen3Test extends ModelContract {

  @Override
  protected List<String> models() {
    return List.of("qwen3-untied", "qwen3-tied");
  }

  @Override
  protected boolean optional(String tensor) {
    return tensor.equals("output.weight");
  }
}
