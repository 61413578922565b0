package io.maque.model.text;

import io.maque.model.ModelContract;
import java.util.List;

class Gemma3Test extends ModelContract {

  @Override
  protected List<String> models() {
    return List.of("gemma3-window", "gemma3-linear");
  }

  @Override
  protected boolean optional(String tensor) {
    return false;
  }
}
