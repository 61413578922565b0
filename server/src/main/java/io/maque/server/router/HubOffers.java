package io.maque.server.router;

import io.maque.hub.Hub;
import io.maque.hub.builtin.BuiltInModel;
import io.maque.hub.store.ModelFiles;
import io.maque.hub.store.StoreException;
import io.maque.hub.store.StoredModel;
import io.maque.server.config.ServerConfig.Offer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Models of a hub: those named once, or whatever its store holds at the time. */
final class HubOffers implements Offers {
  private static final System.Logger LOG = System.getLogger(HubOffers.class.getName());

  private final Hub hub;
  private final Supplier<Map<String, ModelFiles>> files;
  private final AtomicBoolean warned = new AtomicBoolean();

  private HubOffers(Hub hub, Map<String, ModelFiles> fixed) {
    this.hub = hub;
    this.files = () -> fixed;
  }

  private HubOffers(Hub hub) {
    this.hub = hub;
    this.files = this::stored;
  }

  /** Those named, and no others. */
  static HubOffers of(List<Offer> offered, Hub hub) {
    Map<String, ModelFiles> files = new LinkedHashMap<>();
    for (Offer offer : offered) {
      ModelFiles found = withProjector(hub.resolve(offer.model()), offer.projector());
      String name = offer.alias().orElse(found.name());
      if (files.putIfAbsent(name, found) != null) {
        throw new IllegalArgumentException(
            "two models are called %s; give one of them another name with ALIAS=%s"
                .formatted(name, offer.model()));
      }
    }
    return new HubOffers(hub, Collections.unmodifiableMap(files));
  }

  /** Those of the store and, last, the built-in one: it answers only where nobody else does. */
  static HubOffers ofStore(Hub hub) {
    return new HubOffers(hub);
  }

  @Override
  public Map<String, ModelFiles> files() {
    return files.get();
  }

  @Override
  public boolean isDemonstration(ModelFiles offered) {
    return hub.builtIn().owns(offered.model());
  }

  private static ModelFiles withProjector(ModelFiles files, Optional<Path> projector) {
    return projector.isEmpty() ? files : new ModelFiles(files.name(), files.model(), projector);
  }

  private Map<String, ModelFiles> stored() {
    Map<String, ModelFiles> found = new LinkedHashMap<>();
    for (StoredModel model : hub.list()) {
      found.put(model.name().value(), model.paths());
    }
    if (!found.containsKey(BuiltInModel.NAME.value())) {
      addBuiltIn(found);
    }
    return found;
  }

  /** Where it can be written nowhere, the models that need no writing are served all the same. */
  private void addBuiltIn(Map<String, ModelFiles> found) {
    try {
      found.put(BuiltInModel.NAME.value(), hub.builtIn().paths());
    } catch (StoreException nowhere) {
      if (found.isEmpty()) {
        throw nowhere;
      }
      if (warned.compareAndSet(false, true)) {
        LOG.log(System.Logger.Level.WARNING, nowhere.getMessage());
      }
    }
  }
}
