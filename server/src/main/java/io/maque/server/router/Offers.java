package io.maque.server.router;

import io.maque.hub.Hub;
import io.maque.hub.store.ModelFiles;
import io.maque.server.config.ServerConfig.Offer;
import java.util.List;
import java.util.Map;

/** The models that requests may name, and their files. A request never says a path. */
@FunctionalInterface
public interface Offers {

  /** Files by name, in the order in which models are listed. */
  Map<String, ModelFiles> files();

  /** Whether files are those of the demonstration model, which is no model to work with. */
  default boolean isDemonstration(ModelFiles files) {
    return false;
  }

  /**
   * The models that the configuration names, or else those of the store, whichever these are at the
   * time, and the built-in one last.
   *
   * @throws io.maque.hub.ModelNotFoundException when one is not on this machine
   * @throws IllegalArgumentException when two have the same name
   */
  static Offers of(List<Offer> offered, Hub hub) {
    return offered.isEmpty() ? HubOffers.ofStore(hub) : HubOffers.of(offered, hub);
  }
}
