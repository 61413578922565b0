package io.maque.model.text;

import io.maque.model.ModelContract;
import java.util.List;

class Qwen2Test extends ModelContract {

  @Override
  protected List<String> models() {
    return List.of("qwen2-untied", "qwen2-tied");
  }

  @Override
  protected boolean optional(String tensor) {
    return tensor.equals("output.weight");
  }
}
