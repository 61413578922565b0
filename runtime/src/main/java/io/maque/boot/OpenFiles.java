package io.maque.boot;

import io.maque.asm.MappedFileGuard;
import io.maque.gguf.GgufFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of a model while it is opened: closed again unless it can be. */
final class OpenFiles implements AutoCloseable {
  private final GgufFile model;
  private final Optional<GgufFile> projector;
  private boolean kept;

  private OpenFiles(GgufFile model, Optional<GgufFile> projector) {
    this.model = model;
    this.projector = projector;
  }

  /** Opens the file of the text model and that of the image encoder, if there is one. */
  static OpenFiles open(Path model, Optional<Path> projector) {
    OpenFiles text = new OpenFiles(GgufFile.open(model), Optional.empty());
    if (projector.isEmpty()) {
      return text;
    }
    try (text) {
      OpenFiles both = new OpenFiles(text.model, projector.map(GgufFile::open));
      text.keep();
      return both;
    }
  }

  GgufFile model() {
    return model;
  }

  Optional<GgufFile> projector() {
    return projector;
  }

  List<GgufFile> all() {
    return Stream.concat(Stream.of(model), projector.stream()).toList();
  }

  /** Watches the files, until it is closed, for pages that go while they are open. */
  MappedFileGuard guard() {
    return MappedFileGuard.open(all().stream().flatMap(file -> file.mappings().stream()).toList());
  }

  /** Names for people. */
  String names() {
    return all().stream().map(file -> file.path().toString()).collect(Collectors.joining(", "));
  }

  /** Leaves the files open: they belong to the model now. */
  void keep() {
    kept = true;
  }

  @Override
  public void close() {
    if (!kept) {
      all().forEach(GgufFile::close);
    }
  }
}
