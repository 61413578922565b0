package io.maque.hub.builtin;

import io.maque.hub.reference.FileRole;
import io.maque.hub.transfer.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The built-in model as it lies in the jar: a list of its files, one a line with SHA-256, CRC-32,
 * size and name, and their contents.
 */
final class PackedModel {
  private static final String LIST = "files.txt";

  private final List<PackedFile> files;
  private final Contents contents;

  /** The bytes of a file by its name. */
  @FunctionalInterface
  interface Contents {
    InputStream open(String name) throws IOException;
  }

  PackedModel(String list, Contents contents) {
    this.files = list.lines().map(PackedModel::file).toList();
    this.contents = contents;
  }

  /**
   * The one that ships with Maque.
   *
   * @throws IllegalStateException when it is missing, which is a defect of the build
   */
  static PackedModel shipped() {
    try (InputStream list = resource(LIST)) {
      return new PackedModel(
          new String(list.readAllBytes(), StandardCharsets.UTF_8), PackedModel::resource);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  private static InputStream resource(String name) {
    InputStream stream = PackedModel.class.getResourceAsStream(name);
    if (stream == null) {
      throw new IllegalStateException(
          "%s of the built-in model is missing from the hub's jar".formatted(name));
    }
    return stream;
  }

  private static PackedFile file(String line) {
    String[] words = line.split(" ");
    if (words.length != 4) {
      throw new IllegalStateException(
          "built-in model: expected SHA-256, CRC-32, bytes and name, found " + line);
    }
    return new PackedFile(
        words[3],
        FileRole.ofFileName(words[3]),
        Long.parseLong(words[2]),
        new Sha256(words[0]),
        Long.parseLong(words[1], 16));
  }

  List<PackedFile> files() {
    return files;
  }

  InputStream open(PackedFile file) throws IOException {
    return contents.open(file.name());
  }

  /** Whether {@code folder} holds all files with the right sizes. */
  boolean isPresentIn(Path folder) {
    return files.stream().allMatch(file -> file.isPresentIn(folder));
  }

  /** Another for other content, so that copies of several versions of Maque lie side by side. */
  String version() {
    return files.stream()
        .map(file -> HexFormat.of().toHexDigits((int) file.crc32()))
        .collect(Collectors.joining("-"));
  }
}
