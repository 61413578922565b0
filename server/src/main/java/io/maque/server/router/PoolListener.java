package io.maque.server.router;

/** Hears what a pool does; called while nothing is locked. */
public interface PoolListener {
  /** Hears nothing. */
  PoolListener NONE =
      new PoolListener() {
        @Override
        public void onLoaded(String name, double millis) {}

        @Override
        public void onLoadFailed(String name) {}

        @Override
        public void onUnloaded(String name) {}
      };

  /** A model is in memory. */
  void onLoaded(String name, double millis);

  /** A model could not be loaded. */
  void onLoadFailed(String name);

  /** A model left memory. */
  void onUnloaded(String name);
}
