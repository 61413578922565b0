package io.maque.server.router;

import io.maque.hub.Hub;
import io.maque.hub.store.ModelFiles;
import io.maque.hub.store.StoredModel;
import io.maque.server.config.ServerConfig.Offer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The models that requests may name, and their files. A request never says a path. */
@FunctionalInterface
public interface Offers {

  /** Files by name, in the order in which models are listed. */
  Map<String, ModelFiles> files();

  /**
   * The models that the configuration names, or else those of the store, whichever these are at the
   * time.
   *
   * @throws io.maque.hub.ModelNotFoundException when one is not on this machine
   * @throws IllegalArgumentException when two have the same name
   */
  static Offers of(List<Offer> offered, Hub hub) {
    if (offered.isEmpty()) {
      return () -> ofStore(hub);
    }
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
    Map<String, ModelFiles> fixed = Collections.unmodifiableMap(files);
    return () -> fixed;
  }

  private static ModelFiles withProjector(ModelFiles files, Optional<Path> projector) {
    return projector.isEmpty() ? files : new ModelFiles(files.name(), files.model(), projector);
  }

  private static Map<String, ModelFiles> ofStore(Hub hub) {
    Map<String, ModelFiles> files = new LinkedHashMap<>();
    for (StoredModel model : hub.list()) {
      files.put(model.name().value(), model.paths());
    }
    return files;
  }
}
