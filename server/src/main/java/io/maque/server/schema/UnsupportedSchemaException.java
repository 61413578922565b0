package io.maque.server.schema;

/** A schema that answers cannot be held to, and where in it that is. */
public final class UnsupportedSchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String pointer;

  /**
   * @param pointer JSON pointer of what cannot be served, from the root of the schema; empty for
   *     the whole
   */
  public UnsupportedSchemaException(String pointer, String message) {
    super("schema at #%s: %s".formatted(Keywords.shortened(pointer), message));
    this.pointer = pointer;
  }

  /** JSON pointer of what cannot be served. */
  public String pointer() {
    return pointer;
  }
}
