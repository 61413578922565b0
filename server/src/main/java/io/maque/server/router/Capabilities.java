package io.maque.server.router;

import io.maque.generate.ModelCard;
import java.util.ArrayList;
import java.util.List;

/** What a model can do, in the words of {@link ModelEntry#capabilities()}. */
public final class Capabilities {
  /** Of the model that every Maque carries: it shows what works and knows nothing of the world. */
  public static final String DEMONSTRATION = "demonstration";

  private Capabilities() {}

  /** The capabilities of a model. */
  public static List<String> of(ModelCard card) {
    List<String> capabilities = new ArrayList<>();
    capabilities.add("completion");
    if (card.hasChatTemplate()) {
      capabilities.add("chat");
    }
    if (card.takesImages()) {
      capabilities.add("vision");
    }
    return capabilities;
  }
}
