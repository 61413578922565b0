package io.maque.chat;

import java.util.Arrays;

/** One part of a message's content. */
public sealed interface Part {

  /** Text; never read as control tokens. */
  record Text(String text) implements Part {}

  /**
   * A picture.
   *
   * @param file the bytes of a picture file, not to be changed; told apart by content
   * @param detail how closely to look at it
   */
  record Image(byte[] file, ImageDetail detail) implements Part {

    @Override
    public boolean equals(Object other) {
      return other instanceof Image image
          && detail == image.detail
          && Arrays.equals(file, image.file);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(file) + detail.hashCode();
    }

    @Override
    public String toString() {
      return "Image[%d bytes, %s]".formatted(file.length, detail);
    }
  }
}
