package io.maque.server.router;

import java.util.List;

/** The models of a server, and which of them answers a request. Safe for many threads. */
public interface Models {

  /** What a request says that names no model: the first of {@link #list()} answers. */
  String ANY = "";

  /** All models, in the order in which they were given. */
  List<ModelEntry> list();

  /**
   * A model to use until the lease is closed; loads it when it is not in memory.
   *
   * @param name of an entry, or {@link #ANY}
   * @throws UnknownModelException when there is none of that name
   * @throws ModelTooLargeException when it can never be loaded here
   * @throws ModelsBusyException when others that are in use have the memory
   * @throws ModelLoadingException when loading takes longer than a request should wait
   * @throws ModelLoadException when it cannot be loaded
   */
  Lease acquire(String name);
}
