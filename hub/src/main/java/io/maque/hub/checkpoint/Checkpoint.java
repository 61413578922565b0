package io.maque.hub.checkpoint;

import io.maque.hub.json.JsonValue;
import io.maque.hub.reference.Quoted;
import io.maque.memory.FileMapping;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All weights of a model, whatever files they are in. The files stay mapped until this is closed;
 * its tensors must not be read afterwards.
 */
public final class Checkpoint implements AutoCloseable {
  private static final List<String> WHOLE = List.of("model.safetensors", "pytorch_model.bin");

  private final Arena arena = Arena.ofShared();
  private final List<Path> files = new ArrayList<>();
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  private Checkpoint() {}

  /** Whether {@link #open} would find weights in {@code folder}. */
  public static boolean isIn(Path folder) {
    return WHOLE.stream()
        .anyMatch(name ->
            Files.exists(folder.resolve(name)) || Files.exists(folder.resolve(index(name))));
  }

  /**
   * The weights of a folder as Hugging Face's libraries save them: safetensors or, where there are
   * none, PyTorch's files; in shards when there is an index.
   *
   * @throws CheckpointException when there are none or they are damaged
   */
  public static Checkpoint open(Path folder) {
    for (String name : WHOLE) {
      if (Files.exists(folder.resolve(index(name)))) {
        return sharded(folder, index(name));
      }
      if (Files.exists(folder.resolve(name))) {
        return ofFile(folder.resolve(name));
      }
    }
    throw new CheckpointException(
        "%s: expected %s, alone or with %s, found none of them; name a folder with a model's weights"
            .formatted(folder, String.join(" or ", WHOLE), index(WHOLE.getFirst())));
  }

  private static String index(String whole) {
    return whole + ".index.json";
  }

  /** The weights of one file, whose kind is told by its content. */
  public static Checkpoint ofFile(Path file) {
    return ofFiles(List.of(file));
  }

  private static Checkpoint ofFiles(List<Path> files) {
    Checkpoint checkpoint = new Checkpoint();
    boolean complete = false;
    try {
      files.forEach(checkpoint::add);
      complete = true;
      return checkpoint;
    } finally {
      if (!complete) {
        checkpoint.close();
      }
    }
  }

  private static Checkpoint sharded(Path folder, String index) {
    JsonValue weightMap = SmallFile.json(folder.resolve(index)).at("weight_map");
    if (!weightMap.isObject()) {
      throw weightMap.unexpected("an object");
    }
    Set<String> shards = new TreeSet<>();
    weightMap.fields().values().forEach(shard -> shards.add(shardName(shard)));
    Checkpoint checkpoint = ofFiles(shards.stream().map(folder::resolve).toList());
    for (String name : weightMap.fields().keySet()) {
      if (checkpoint.find(name).isEmpty()) {
        checkpoint.close();
        throw new CheckpointException(
            "%s: tensor %s: expected in one of %d files, found in none; fetch the model again"
                .formatted(index, Quoted.shorten(name), shards.size()));
      }
    }
    return checkpoint;
  }

  private static String shardName(JsonValue shard) {
    return shard
        .asText()
        .filter(name -> name.matches("[\\w.-]+") && !name.startsWith("."))
        .orElseThrow(() -> shard.unexpected("the name of a file in the same folder"));
  }

  private void add(Path file) {
    MemorySegment content = FileMapping.mapReadOnly(file, arena);
    String name = file.getFileName().toString();
    List<StoredTensor> stored =
        TorchFile.begins(content) ? TorchFile.read(name, content) : Safetensors.read(name, content);
    for (StoredTensor tensor : stored) {
      StoredTensor other = tensors.putIfAbsent(tensor.name(), tensor);
      if (other != null) {
        throw new CheckpointException(
            "%s: tensor %s: expected in one file, found in %s too"
                .formatted(name, Quoted.shorten(tensor.name()), other.file()));
      }
    }
    files.add(file);
  }

  /** The tensor of this name, or empty. */
  public Optional<StoredTensor> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** The names of all tensors. */
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /** The files that hold the tensors. */
  public List<Path> files() {
    return Collections.unmodifiableList(files);
  }

  @Override
  public void close() {
    arena.close();
  }
}
