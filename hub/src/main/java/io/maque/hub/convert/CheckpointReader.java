package io.maque.hub.convert;

import io.maque.hub.checkpoint.Checkpoint;
import io.maque.hub.checkpoint.ElementType;
import io.maque.hub.checkpoint.StoredTensor;
import io.maque.hub.reference.Quoted;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Hands out the tensors of a checkpoint by name, each with the extents that the configuration makes
 * one expect, and remembers which, so that no weight is lost because nobody asked for it.
 */
final class CheckpointReader {
  /** Buffers that the model computes anew. */
  private static final Pattern COMPUTED =
      Pattern.compile(".*(rotary_emb\\.inv_freq|position_ids|\\.masked_bias)");

  private final Checkpoint checkpoint;
  private final Set<String> taken = new HashSet<>();

  CheckpointReader(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  boolean contains(String name) {
    return checkpoint.find(name).isPresent();
  }

  /**
   * What stands before {@code name} in the checkpoint, where the versions of a library differ.
   *
   * @param candidates what it may be
   * @throws ConvertException when no such tensor has any of them
   */
  String prefixOf(String name, List<String> candidates) {
    return candidates.stream()
        .filter(candidate -> contains(candidate + name))
        .findFirst()
        .orElseThrow(() -> missing(candidates.getFirst() + name));
  }

  /** The extents of a tensor that says itself how large the model is, outermost first. */
  long[] extents(String name) {
    return checkpoint.find(name).orElseThrow(() -> missing(name)).extents().clone();
  }

  /**
   * The tensor of this name.
   *
   * @param extents outermost first
   * @throws ConvertException when there is none, or it has other extents
   */
  StoredTensor take(String name, long... extents) {
    return find(name, extents).orElseThrow(() -> missing(name));
  }

  private static ConvertException missing(String name) {
    return new ConvertException(
        "tensor %s: expected in the checkpoint, found no such tensor; config.json and weights are of different models, or this kind of model is not known"
            .formatted(name));
  }

  /** As {@link #take}, of integers of 32 bits without gaps between rows. */
  StoredTensor takeIntegers(String name, long... extents) {
    StoredTensor tensor = take(name, extents);
    if (tensor.type() != ElementType.I32 || !tensor.isContiguous()) {
      throw new ConvertException(
          "%s: tensor %s: expected I32, found %s"
              .formatted(tensor.file(), name, tensor.description()));
    }
    return tensor;
  }

  /** As {@link #take}, or empty when there is no tensor of this name. */
  Optional<StoredTensor> find(String name, long... extents) {
    Optional<StoredTensor> found = checkpoint.find(name);
    found.ifPresent(tensor -> {
      if (!Arrays.equals(tensor.extents(), extents)) {
        throw new ConvertException(
            "%s: tensor %s: expected %s by config.json, found %s"
                .formatted(tensor.file(), name, Arrays.toString(extents), tensor.description()));
      }
      taken.add(name);
    });
    return found;
  }

  /** Counts the tensors that {@code needless} accepts as taken, though nobody needs them. */
  void pass(Predicate<String> needless) {
    checkpoint.names().stream().filter(needless).forEach(taken::add);
  }

  /** Fails when the checkpoint holds weights that nobody took. */
  void requireAllTaken() {
    List<String> left =
        checkpoint.names().stream()
            .filter(name -> !taken.contains(name) && !COMPUTED.matcher(name).matches())
            .toList();
    if (!left.isEmpty()) {
      throw new ConvertException(
          "expected no further weights, found %d: %s%s; this is another kind of model than config.json says"
              .formatted(
                  left.size(),
                  left.stream().limit(3).map(Quoted::shorten).collect(Collectors.joining(", ")),
                  left.size() > 3 ? "…" : ""));
    }
  }
}
