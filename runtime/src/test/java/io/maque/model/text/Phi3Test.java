package io.maque.model.text;

import io.maque.model.ModelContract;
import java.util.List;

class Phi3Test extends ModelContract {

  @Override
  protected List<String> models() {
    return List.of("phi3-longrope-short", "phi3-longrope-long", "phi3-window");
  }

  @Override
  protected boolean optional(String tensor) {
    return tensor.equals("output.weight");
  }
}
