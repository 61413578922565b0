package io.maque.server.router;

import io.maque.generate.LanguageModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Models that are open all the time; whoever opened them closes them. */
public final class FixedModels implements Models {
  private final Map<String, LanguageModel> models;

  /**
   * @param models by name, the one that answers when none is named first; at least one
   */
  public FixedModels(Map<String, LanguageModel> models) {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("models: expected one or more, found none");
    }
    this.models = new LinkedHashMap<>(models);
  }

  @Override
  public List<ModelEntry> list() {
    List<ModelEntry> entries = new ArrayList<>();
    models.forEach((name, model) ->
        entries.add(
            new ModelEntry(name, true, Capabilities.of(model.card()), Optional.of(model.card()))));
    return entries;
  }

  @Override
  public Lease acquire(String name) {
    String chosen = name.equals(ANY) ? models.keySet().iterator().next() : name;
    LanguageModel model = models.get(chosen);
    if (model == null) {
      throw new UnknownModelException(name, List.copyOf(models.keySet()));
    }
    return new OpenLease(chosen, model);
  }

  private record OpenLease(String name, LanguageModel model) implements Lease {
    @Override
    public double loadMillis() {
      return 0;
    }

    @Override
    public void close() {
      // The models stay open as long as the server runs.
    }
  }
}
