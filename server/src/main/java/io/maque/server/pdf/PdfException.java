package io.maque.server.pdf;

/** A document whose pages cannot be drawn. The message is for the person who sent it. */
public final class PdfException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it is. */
  public enum Kind {
    /** The document is at fault, or beyond what is drawn here. */
    DOCUMENT,
    /** Too many documents are drawn already. */
    BUSY
  }

  private final Kind kind;

  PdfException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  static PdfException document(String message) {
    return new PdfException(Kind.DOCUMENT, message);
  }

  /** What kind of failure it is. */
  public Kind kind() {
    return kind;
  }
}
