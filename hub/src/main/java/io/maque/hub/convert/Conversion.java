package io.maque.hub.convert;

import io.maque.gguf.GgufMetadata;
import io.maque.hub.checkpoint.Checkpoint;
import io.maque.hub.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A source and what becomes of it: the plan of a text model, of an image encoder, or of both. The
 * source stays mapped until this is closed.
 */
final class Conversion implements AutoCloseable {
  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private Optional<GgufPlan> text = Optional.empty();
  private Optional<GgufPlan> projector = Optional.empty();

  private final Path folder;

  private Conversion(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads and checks a source.
   *
   * @throws io.maque.hub.reference.HubException when it is damaged or of no known kind
   */
  static Conversion open(Path source, ConvertOptions options) {
    Conversion conversion = new Conversion(source);
    boolean complete = false;
    try {
      conversion.plan(source, options);
      complete = true;
      return conversion;
    } finally {
      if (!complete) {
        conversion.close();
      }
    }
  }

  private void plan(Path source, ConvertOptions options) {
    if (!Files.isDirectory(source)) {
      throw new ConvertException(
          "%s: expected the folder of a model, found %s"
              .formatted(source, Files.exists(source) ? "a file" : "nothing of this name"));
    }
    List<Path> torchFiles = MiniGpt4.files(source);
    boolean described = Files.exists(source.resolve("config.json"));
    if (!described && !torchFiles.isEmpty()) {
      torchFiles.forEach(file -> checkpoints.add(Checkpoint.ofFile(file)));
      projector = Optional.of(MiniGpt4.plan(checkpoints, source, options));
      return;
    }
    if (!described) {
      throw new ConvertException(
          "%s: expected config.json and weights, found no config.json; name the folder that a model was saved to"
              .formatted(source));
    }
    JsonValue config = TextModels.config(source);
    CheckpointReader reader = read(Checkpoint.open(source));
    switch (Layout.of(source, config)) {
      case TEXT -> planText(TextModels.architecture(config), config, source, reader, options);
      case LLAVA_SAVED -> {
        JsonValue ofText = config.at("text_config");
        planText(TextModels.architecture(ofText), ofText, source, reader, options);
        projector = Optional.of(Llava.planSaved(config, source, reader, options, width()));
      }
      case LLAVA_ORIGINAL -> {
        planText(Llava.architecture(config, reader), config, source, reader, options);
        projector = Optional.of(Llava.planOriginal(config, source, reader, options, width()));
      }
      case LLAVA_XTUNER -> {
        planText(TextModels.architecture(config), config, source, reader, options);
        planXtuner(source, options);
      }
      case QWEN3_VL -> {
        int layers = Qwen3VlVision.deepstack(config.at("vision_config")).size();
        planText(new Qwen3Vl(layers), config.at("text_config"), source, reader, options);
        projector = Optional.of(Qwen3VlVision.plan(config, source, reader, options));
      }
    }
    reader.requireAllTaken();
  }

  private void planText(
      TextArchitecture architecture,
      JsonValue config,
      Path source,
      CheckpointReader reader,
      ConvertOptions options) {
    text = Optional.of(TextModels.plan(architecture, config, source, reader, options, notes));
  }

  private void planXtuner(Path source, ConvertOptions options) {
    CheckpointReader tower = read(Checkpoint.open(source.resolve(Layout.XTUNER_TOWER)));
    CheckpointReader projection = read(Checkpoint.open(source.resolve(Layout.XTUNER_PROJECTOR)));
    projector = Optional.of(Llava.planXtuner(source, tower, projection, options, width()));
    tower.requireAllTaken();
    projection.requireAllTaken();
  }

  /** The length of the text model's embeddings, which the image encoder's rows have. */
  private int width() {
    GgufMetadata metadata = text.orElseThrow().metadata();
    String architecture = metadata.string("general.architecture");
    return Math.toIntExact(metadata.integer(architecture + ".embedding_length"));
  }

  private CheckpointReader read(Checkpoint checkpoint) {
    checkpoints.add(checkpoint);
    return new CheckpointReader(checkpoint);
  }

  Optional<GgufPlan> text() {
    return text;
  }

  Optional<GgufPlan> projector() {
    return projector;
  }

  /** What GGUF cannot say about the model, in sentences. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** The files of the source, which are never replaced. */
  List<Path> files() {
    try (Stream<Path> beside = Files.list(folder)) {
      return Stream.concat(
              checkpoints.stream().flatMap(checkpoint -> checkpoint.files().stream()),
              beside.filter(Files::isRegularFile).filter(file -> !isGguf(file)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static boolean isGguf(Path file) {
    return file.getFileName().toString().endsWith(".gguf");
  }

  @Override
  public void close() {
    checkpoints.forEach(Checkpoint::close);
  }
}
