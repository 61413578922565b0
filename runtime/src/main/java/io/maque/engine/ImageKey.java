package io.maque.engine;

import io.maque.image.Preprocessing;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What makes two pictures the same to an encoder: the bytes of the file and what becomes of them.
 *
 * @param sha256 of the bytes, in hexadecimal digits; different files cannot be made to have the
 *     same
 * @param preprocessing that makes pixels of the file, the level of detail included
 */
public record ImageKey(String sha256, Preprocessing preprocessing) {

  /** The key of a file. */
  public static ImageKey of(byte[] file, Preprocessing preprocessing) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(file);
      return new ImageKey(HexFormat.of().formatHex(digest), preprocessing);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
