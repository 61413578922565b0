package io.maque.asm;

/** A place in the code; bound once, used before or after. */
public final class Label {
  /** Byte offset in the code, or -1 while unbound. */
  int offset = -1;

  @Override
  public String toString() {
    return offset < 0 ? "unbound" : "L" + offset;
  }
}
