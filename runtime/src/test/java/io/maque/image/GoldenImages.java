package io.maque.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** The files that {@code scripts/golden/image.py} wrote. */
final class GoldenImages {

  private GoldenImages() {}

  static byte[] bytes(String path) {
    try (InputStream input = GoldenImages.class.getResourceAsStream("/golden/image/" + path)) {
      return input.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> names() {
    return new String(bytes("decode/names.txt"), StandardCharsets.US_ASCII).lines().toList();
  }

  static byte[] file(String name) {
    return bytes("decode/" + name);
  }

  /** What Pillow makes of a file. */
  static RgbImage expected(String name) {
    byte[] ppm = bytes("decode/" + name + ".ppm");
    String head = new String(ppm, 0, Math.min(20, ppm.length), StandardCharsets.US_ASCII);
    String[] words = head.split("\\s", 5);
    Size size = new Size(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    int length = Math.toIntExact(size.pixels() * RgbImage.CHANNELS);
    return new RgbImage(size, Arrays.copyOfRange(ppm, ppm.length - length, ppm.length));
  }

  static JsonNode table(String name) {
    try {
      return new ObjectMapper().readTree(bytes(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
