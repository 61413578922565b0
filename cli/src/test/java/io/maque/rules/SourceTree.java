package io.maque.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The repository's own files, found from the module folder in which Maven runs the tests. */
final class SourceTree {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  static final List<String> MODULES = List.of("runtime", "hub", "server", "lab", "cli");

  /** Modules that nothing uses; no rule of packages holds for them, but those of style do. */
  static final List<String> LEAVES = List.of("bench", "clients");

  private SourceTree() {}

  /** Every Java file of every module, main and test. */
  static List<Path> javaFiles() {
    return Stream.concat(MODULES.stream(), LEAVES.stream())
        .flatMap(module -> javaFilesBelow(ROOT.resolve(module, "src")))
        .toList();
  }

  /** Every Java file of every module's main sources. */
  static List<Path> mainJavaFiles() {
    return MODULES.stream()
        .flatMap(module -> javaFilesBelow(ROOT.resolve(module, "src", "main", "java")))
        .toList();
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> javaFilesBelow(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
