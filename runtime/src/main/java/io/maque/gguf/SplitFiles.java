package io.maque.gguf;

import io.maque.memory.FileMapping;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens a model with all its parts. A split model is a row of GGUF files in one folder named {@code
 * NAME-00001-of-00003.gguf} and so on. Each part is a whole GGUF file with its own tensors and the
 * keys {@code split.no} (from 0), {@code split.count} and {@code split.tensors.count} (of the whole
 * model); only the first part holds the model's other keys.
 *
 * <p>Names of parts are derived from the number alone, so none leads out of the folder. Symbolic
 * links are followed: model caches consist of them.
 */
final class SplitFiles {
  private static final Pattern NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");
  private static final String NO = "split.no";
  private static final String COUNT = "split.count";
  private static final String TENSORS_COUNT = "split.tensors.count";

  /** One mapped file and what its header says. */
  record Part(String file, MemorySegment segment, GgufHeader header) {

    static Part open(Path path, Arena arena) {
      String file = path.getFileName().toString();
      MemorySegment segment = FileMapping.mapReadOnly(path, arena);
      return new Part(file, segment, GgufHeader.read(file, segment));
    }

    Optional<Long> find(String key) {
      return header.metadata().findInteger(key);
    }
  }

  private SplitFiles() {}

  /** The part at {@code path} and, when it is one of several, all others, in order. */
  static List<Part> open(Path path, Arena arena) {
    Part opened = Part.open(path, arena);
    long count = opened.find(COUNT).orElse(1L);
    if (count <= 1) {
      return List.of(opened);
    }
    Matcher name = NAME.matcher(opened.file());
    if (!name.matches() || Long.parseLong(name.group(3)) != count) {
      throw new GgufFormatException(
          "%s: the file is one of %d parts; expected a name that ends in -00001-of-%05d.gguf or alike"
              .formatted(opened.file(), count, count));
    }
    List<Part> parts = new ArrayList<>();
    long tensors = 0;
    for (int i = 0; i < count; i++) {
      String file = "%s-%05d-of-%05d.gguf".formatted(name.group(1), i + 1, count);
      Part part = file.equals(opened.file()) ? opened : sibling(path, file, count, arena);
      expect(part, NO, i);
      expect(part, COUNT, count);
      tensors += part.header().tensors().size();
      parts.add(part);
    }
    for (Part part : parts) {
      expect(part, TENSORS_COUNT, tensors);
    }
    return List.copyOf(parts);
  }

  private static Part sibling(Path opened, String file, long count, Arena arena) {
    Path path = opened.resolveSibling(file);
    if (Files.notExists(path)) {
      throw new GgufFormatException(
          "%s: part %s of %d is missing beside it; fetch all parts into one folder"
              .formatted(opened.getFileName(), file, count));
    }
    return Part.open(path, arena);
  }

  private static void expect(Part part, String key, long expected) {
    long found = part.header().metadata().integer(key);
    if (found != expected) {
      throw new GgufFormatException(
          "%s: key %s: expected %d, found %d; the parts are not of one model, fetch them again"
              .formatted(part.file(), key, expected, found));
    }
  }
}
