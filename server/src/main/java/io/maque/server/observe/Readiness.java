package io.maque.server.observe;

/** Whether requests should come; a balancer asks before it sends one. */
public final class Readiness {
  private volatile State state = State.LOADING;

  /** The life of a server. */
  public enum State {
    /** Pinned models are being loaded. */
    LOADING,
    /** Requests are served. */
    READY,
    /** No more requests should come; those that run are finished. */
    STOPPING
  }

  /** What it is now. */
  public State state() {
    return state;
  }

  /** Requests may come, unless the server is stopping already. */
  public synchronized void ready() {
    state = state == State.LOADING ? State.READY : state;
  }

  /** No more requests. */
  public synchronized void stopping() {
    state = State.STOPPING;
  }
}
