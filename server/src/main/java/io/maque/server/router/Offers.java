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

/** The models that requests may name, and their files. A request never says a path. */
@FunctionalInterface
public interface Offers {

  /** Files by name, in the order in which models are listed. */
  Map<String, Path> files();

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
    Map<String, Path> files = new LinkedHashMap<>();
    for (Offer offer : offered) {
      ModelFiles found = hub.resolve(offer.model());
      String name = offer.alias().orElse(found.name());
      if (files.putIfAbsent(name, found.model()) != null) {
        throw new IllegalArgumentException(
            "two models are called %s; give one of them another name with ALIAS=%s"
                .formatted(name, offer.model()));
      }
    }
    Map<String, Path> fixed = Collections.unmodifiableMap(files);
    return () -> fixed;
  }

  private static Map<String, Path> ofStore(Hub hub) {
    Map<String, Path> files = new LinkedHashMap<>();
    for (StoredModel model : hub.list()) {
      files.put(model.name().value(), model.paths().model());
    }
    return files;
  }
}
