package io.maque.model;

import io.maque.gguf.GgufFile;
import io.maque.nn.Linear;
import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the weights of a model by name and proves the shape of each. At the end {@link
 * #requireAllRead()} proves that the file holds nothing else: a tensor that the architecture does
 * not know would otherwise change the answers silently by being left out.
 */
public final class WeightReader {
  /** Kernels take activations in groups of 32 values. */
  private static final int COLUMN_MULTIPLE = 32;

  private final GgufFile file;
  private final String sizes;
  private final Set<String> read = new HashSet<>();

  /**
   * @param config its sizes explain an unexpected shape
   */
  public WeightReader(GgufFile file, TextModelConfig config) {
    this(
        file,
        ("(embeddingLength=%d, headCount=%d, headCountKv=%d, keyLength=%d, valueLength=%d,"
                + " feedForwardLength=%d)")
            .formatted(
                config.embeddingLength(),
                config.headCount(),
                config.headCountKv(),
                config.keyLength(),
                config.valueLength(),
                config.feedForwardLength()));
  }

  /**
   * @param sizes of the model, to explain an unexpected shape
   */
  public WeightReader(GgufFile file, String sizes) {
    this.file = file;
    this.sizes = sizes;
  }

  /** Whether the file has a tensor of this name. */
  public boolean contains(String name) {
    return file.findTensor(name).isPresent();
  }

  /** A matrix of {@code rows} rows with {@code columns} values each, in any format. */
  public Tensor matrix(String name, int columns, int rows) {
    return find(name, Shape.of(columns, rows)).orElseThrow(() -> missing(name));
  }

  /** A tensor of any shape and format. */
  public Tensor tensor(String name, Shape shape) {
    return find(name, shape).orElseThrow(() -> missing(name));
  }

  /**
   * Passes over the tensors whose names begin so, which have no part in what is computed, whatever
   * their values.
   */
  public void pass(String prefix) {
    file.tensors().stream()
        .map(Tensor::name)
        .filter(name -> name.startsWith(prefix))
        .forEach(read::add);
  }

  /** A vector of {@code length} f32 values. */
  public Tensor vector(String name, int length) {
    return findVector(name, length).orElseThrow(() -> missing(name));
  }

  /** A vector of {@code length} f32 values, or empty when the file has none of this name. */
  public Optional<Tensor> findVector(String name, int length) {
    Optional<Tensor> vector = find(name, Shape.of(length));
    if (vector.isPresent() && vector.get().type() != TensorType.F32) {
      throw new UnsupportedModelException(
          "tensor %s: expected F32, found %s".formatted(name, vector.get().type()));
    }
    return vector;
  }

  /** The layer {@code NAME.weight} with {@code NAME.bias} where the file has one. */
  public Linear linear(String name, int columns, int rows) {
    return findLinear(name, columns, rows).orElseThrow(() -> missing(name + ".weight"));
  }

  /** As {@link #linear}, with a bias that must be there. */
  public Linear biasedLinear(String name, int columns, int rows) {
    Linear linear = linear(name, columns, rows);
    return new Linear(linear.weight(), Optional.of(vector(name + ".bias", rows)));
  }

  /** As {@link #linear}, or empty when the file has no {@code NAME.weight}. */
  public Optional<Linear> findLinear(String name, int columns, int rows) {
    if (columns % COLUMN_MULTIPLE != 0) {
      throw new UnsupportedModelException(
          "tensor %s.weight: expected rows of a multiple of %d values, found %d %s"
              .formatted(name, COLUMN_MULTIPLE, columns, sizes));
    }
    return find(name + ".weight", Shape.of(columns, rows))
        .map(weight -> new Linear(weight, findVector(name + ".bias", rows)));
  }

  private Optional<Tensor> find(String name, Shape expected) {
    Optional<Tensor> tensor = file.findTensor(name);
    tensor.ifPresent(found -> {
      if (!found.shape().equals(expected)) {
        throw new UnsupportedModelException(
            "tensor %s: expected shape %s, found %s %s"
                .formatted(name, expected, found.shape(), sizes));
      }
      read.add(name);
    });
    return tensor;
  }

  private UnsupportedModelException missing(String name) {
    return new UnsupportedModelException(
        "tensor %s: expected in %s, found no such tensor"
            .formatted(name, file.path().getFileName()));
  }

  /**
   * Ends the reading.
   *
   * @throws UnsupportedModelException when the file has tensors that nothing asked for
   */
  public void requireAllRead() {
    List<String> left =
        file.tensors().stream().map(Tensor::name).filter(name -> !read.contains(name)).toList();
    if (!left.isEmpty()) {
      throw new UnsupportedModelException(
          "%s: expected only tensors of its architecture, found %d others, first %s"
              .formatted(file.path().getFileName(), left.size(), left.getFirst()));
    }
  }
}
