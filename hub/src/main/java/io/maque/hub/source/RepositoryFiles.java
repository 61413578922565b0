package io.maque.hub.source;

import io.maque.hub.reference.FileRole;
import io.maque.hub.transfer.PullException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Which of a repository's files make up the model that is wanted. Pure decisions on names. */
final class RepositoryFiles {
  private static final int MAX_SHOWN = 20;
  private static final Pattern SPLIT =
      Pattern.compile("(?<stem>.+)-(?<part>[0-9]{5})-of-(?<parts>00[0-9]{3})\\.gguf");
  // The best trade of size and quality first; the ones after it are its nearest neighbours.
  private static final List<String> PREFERRED =
      List.of("q4_k_m", "q4_k_s", "q4_0", "q4_1", "q4", "q5_k_m", "q8_0", "f16");
  private static final List<String> PREFERRED_PROJECTORS = List.of("q8_0", "f16", "bf16", "f32");

  private RepositoryFiles() {}

  /** The leaf of a path. */
  static String leaf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** All parts of the split file that {@code path} is one part of; otherwise {@code path} alone. */
  static List<String> withAllParts(String path) {
    Matcher split = SPLIT.matcher(path);
    if (!split.matches()) {
      return List.of(path);
    }
    int parts = Integer.parseInt(split.group("parts"));
    return IntStream.rangeClosed(1, parts)
        .mapToObj(part -> "%s-%05d-of-%05d.gguf".formatted(split.group("stem"), part, parts))
        .toList();
  }

  /**
   * The files to fetch when the user named a repository only: the one language model, or the {@code
   * Q4_K_M} one of several, and the projector if there is one.
   *
   * @param paths all files of the repository
   */
  static List<String> choose(List<String> paths, String repository) {
    List<String> gguf =
        paths.stream()
            .filter(path ->
                path.matches("([A-Za-z0-9_][A-Za-z0-9._+-]*/)*[A-Za-z0-9_][A-Za-z0-9._+-]*\\.gguf"))
            .filter(path -> !isLaterPart(path))
            .sorted()
            .toList();
    List<String> models = withRole(gguf, FileRole.MODEL);
    if (models.isEmpty()) {
      throw new PullException(
          "%s holds no .gguf file with a usable name; look for a repository whose name ends in -GGUF"
              .formatted(repository));
    }
    String model =
        preferred(models, PREFERRED)
            .orElseThrow(() ->
                new PullException(
                    "%s holds %d models and none is Q4_K_M; name one of: %s"
                        .formatted(
                            repository,
                            models.size(),
                            String.join(
                                ", ", models.subList(0, Math.min(MAX_SHOWN, models.size()))))));
    List<String> chosen = new ArrayList<>(withAllParts(model));
    List<String> projectors = withRole(gguf, FileRole.PROJECTOR);
    preferred(projectors, PREFERRED_PROJECTORS).ifPresent(chosen::add);
    return chosen;
  }

  private static boolean isLaterPart(String path) {
    Matcher split = SPLIT.matcher(path);
    return split.matches() && !split.group("part").equals("00001");
  }

  private static List<String> withRole(List<String> paths, FileRole role) {
    return paths.stream().filter(path -> FileRole.ofFileName(leaf(path)) == role).toList();
  }

  private static Optional<String> preferred(List<String> paths, List<String> formats) {
    if (paths.size() == 1) {
      return Optional.of(paths.getFirst());
    }
    for (String format : formats) {
      Pattern word = Pattern.compile("(^|[^a-z0-9])" + format + "([^a-z0-9_]|$)");
      for (String path : paths) {
        if (word.matcher(path.toLowerCase(Locale.ROOT)).find()) {
          return Optional.of(path);
        }
      }
    }
    return Optional.empty();
  }
}
