package io.maque.server.ollama;

/** What of Ollama's API is spoken. */
public final class Compatibility {
  /**
   * The version of Ollama whose API this dialect follows. Clients compare it with the version that
   * brought what they need, so it must be Ollama's, not Maque's.
   */
  public static final String VERSION = "0.12.6";

  private Compatibility() {}
}
