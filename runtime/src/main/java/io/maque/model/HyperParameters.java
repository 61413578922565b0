package io.maque.model;

import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufMetadata;
import io.maque.gguf.Quoted;
import io.maque.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * The hyper-parameters of one architecture, read from GGUF metadata with their plausible ranges.
 *
 * <p>Keys are given without the architecture's name: {@code attention.head_count} reads {@code
 * qwen2.attention.head_count}. A value that is missing or out of range is an {@link
 * UnsupportedModelException} that names the whole key; so nothing absurd gets as far as sizing
 * memory or a loop.
 */
public final class HyperParameters {
  private static final int MOST_BLOCKS = 1024;
  private static final int MOST_HEADS = 4096;
  private static final int LONGEST_HEAD = 4096;
  private static final int LONGEST_ROW = 1 << 20;
  private static final int LONGEST_CONTEXT = 1 << 30;

  private static final int LARGEST_VOCABULARY = 1 << 24;
  private static final double ROPE_FREQ_BASE = 10_000;
  private static final double LARGEST_FREQ_BASE = 1e12;

  private final GgufFile file;
  private final GgufMetadata metadata;
  private final String architecture;

  public HyperParameters(GgufFile file, String architecture) {
    this.file = file;
    this.metadata = file.metadata();
    this.architecture = architecture;
  }

  /** The sizes every text architecture has. */
  public TextModelConfig sizes() {
    int embeddingLength = integer("embedding_length", 1, LONGEST_ROW);
    int headCount = integer("attention.head_count", 1, MOST_HEADS);
    int headCountKv = findInteger("attention.head_count_kv", 1, headCount).orElse(headCount);
    if (headCount % headCountKv != 0) {
      throw new UnsupportedModelException(
          "key %s: expected a divisor of the %d query heads, found %d"
              .formatted(key("attention.head_count_kv"), headCount, headCountKv));
    }
    int keyLength =
        findInteger("attention.key_length", 1, LONGEST_HEAD)
            .orElseGet(() -> evenShare(embeddingLength, headCount));
    return new TextModelConfig(
        architecture,
        integer("context_length", 1, LONGEST_CONTEXT),
        embeddingLength,
        integer("block_count", 1, MOST_BLOCKS),
        integer("feed_forward_length", 1, LONGEST_ROW),
        headCount,
        headCountKv,
        keyLength,
        findInteger("attention.value_length", 1, LONGEST_HEAD).orElse(keyLength),
        vocabularySize());
  }

  /**
   * The rows of the embedding matrix. They may be more than the tokenizer has tokens: families pad
   * the matrix to a round number.
   */
  private int vocabularySize() {
    return matrixRows("token_embd.weight", LARGEST_VOCABULARY);
  }

  /** The rows of a matrix, for a size that no key tells. */
  public int tensorRows(String name) {
    return matrixRows(name, LONGEST_ROW);
  }

  private int matrixRows(String name, int most) {
    Shape shape =
        file.findTensor(name)
            .orElseThrow(() ->
                new UnsupportedModelException(
                    "tensor %s: expected in %s, found no such tensor"
                        .formatted(name, file.path().getFileName())))
            .shape();
    if (shape.rank() != 2 || shape.rows() > most) {
      throw new UnsupportedModelException(
          "tensor %s: expected a matrix of at most %d rows, found %s".formatted(name, most, shape));
    }
    return (int) shape.rows();
  }

  private int evenShare(int embeddingLength, int headCount) {
    if (embeddingLength % headCount != 0) {
      throw new UnsupportedModelException(
          "key %s: expected a divisor of the embedding length %d, as there is no key %s, found %d"
              .formatted(
                  key("attention.head_count"),
                  embeddingLength,
                  key("attention.key_length"),
                  headCount));
    }
    return embeddingLength / headCount;
  }

  /** The {@code ε} of all RMS norms. */
  public float layerNormRmsEpsilon() {
    return (float) number("attention.layer_norm_rms_epsilon", Double.MIN_VALUE, 1);
  }

  /** Base of the rotary frequencies, that of the original paper when the file names none. */
  public double ropeFreqBase() {
    return ropeFreqBase("rope.freq_base", ROPE_FREQ_BASE);
  }

  /** Base of the rotary frequencies under {@code key}. */
  public double ropeFreqBase(String key, double fallback) {
    return findNumber(key, 1, LARGEST_FREQ_BASE).orElse(fallback);
  }

  /** How many values of each head are rotated: an even number up to {@code keyLength}. */
  public int ropeDimensionCount(int keyLength) {
    int count = findInteger("rope.dimension_count", 2, keyLength).orElse(keyLength);
    if (count % 2 != 0) {
      throw new UnsupportedModelException(
          "key %s: expected an even number, found %d"
              .formatted(key("rope.dimension_count"), count));
    }
    return count;
  }

  /**
   * The factor that positions are divided by: 1, or that of linear scaling (Chen et al. 2023, arXiv
   * 2306.15595). Any other kind of scaling is refused.
   */
  public double ropeLinearScaling() {
    return requireRopeScaling("none", "linear").equals("linear")
        ? number("rope.scaling.factor", Float.MIN_NORMAL, 1e6)
        : 1;
  }

  /**
   * The kind of context extension under {@code rope.scaling.type}, {@code none} when the file names
   * none.
   *
   * @throws UnsupportedModelException when it is not one of {@code known}
   */
  public String requireRopeScaling(String... known) {
    String type = metadata.findString(key("rope.scaling.type")).orElse("none");
    if (!List.of(known).contains(type)) {
      throw new UnsupportedModelException(
          "key %s: expected one of %s, found %s"
              .formatted(key("rope.scaling.type"), String.join(", ", known), Quoted.of(type)));
    }
    return type;
  }

  /** The integer under {@code key}, in {@code [least, most]}. */
  public int integer(String key, int least, int most) {
    return findInteger(key, least, most)
        .orElseThrow(() -> missing(key, "an integer from %d to %d".formatted(least, most)));
  }

  /**
   * The integer under {@code key}, in {@code [least, most]}, or empty when there is no such key.
   */
  public Optional<Integer> findInteger(String key, int least, int most) {
    return metadata
        .findInteger(key(key))
        .map(value -> {
          if (value < least || value > most) {
            throw new UnsupportedModelException(
                "key %s: expected an integer from %d to %d, found %d"
                    .formatted(key(key), least, most, value));
          }
          return value.intValue();
        });
  }

  /** The integer under {@code key}, at most {@code most}, that divides {@code whole}. */
  public int divisor(String key, int most, int whole) {
    int divisor = integer(key, 1, most);
    if (whole % divisor != 0) {
      throw new UnsupportedModelException(
          "key %s: expected a divisor of %d, found %d".formatted(key(key), whole, divisor));
    }
    return divisor;
  }

  /** The number under {@code key}, in {@code [least, most]}. */
  public double number(String key, double least, double most) {
    return findNumber(key, least, most)
        .orElseThrow(() -> missing(key, "a number from %s to %s".formatted(least, most)));
  }

  /** The number under {@code key}, in {@code [least, most]}, or empty when there is no such key. */
  public Optional<Double> findNumber(String key, double least, double most) {
    return metadata
        .findNumber(key(key))
        .map(value -> {
          // Written so that NaN is refused too.
          if (!(value >= least && value <= most)) {
            throw new UnsupportedModelException(
                "key %s: expected a number from %s to %s, found %s"
                    .formatted(key(key), least, most, value));
          }
          return value;
        });
  }

  private UnsupportedModelException missing(String key, String expected) {
    return new UnsupportedModelException(
        "key %s: expected %s, found no such key".formatted(key(key), expected));
  }

  private String key(String key) {
    return architecture + "." + key;
  }
}
