package io.maque.model.text;

import io.maque.gguf.GgufFile;
import io.maque.kernel.Kernels;
import io.maque.kernel.RopePairing;
import io.maque.model.HyperParameters;
import io.maque.model.TextModelConfig;
import io.maque.model.WeightReader;
import io.maque.nn.Attention;
import io.maque.nn.FeedForward;
import io.maque.nn.FusedLinear;
import io.maque.nn.Linear;
import io.maque.nn.Residual;
import io.maque.nn.RmsNorm;
import io.maque.nn.Rope;
import io.maque.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Qwen3, the dense sizes (GGUF architecture {@code qwen3}).
 *
 * <p>As {@link Qwen2} without biases and with <b>RMS norms on each query and key head</b> before
 * rotation. The length of a head is a hyper-parameter of its own: all heads together may be wider
 * than the embedding.
 *
 * <p>Yang et al. 2025, arXiv 2505.09388.
 */
public final class Qwen3 extends Decoder {
  /** The value of {@code general.architecture}. */
  public static final String ARCHITECTURE = "qwen3";

  /** Hyper-parameters, named as the GGUF keys. */
  record Config(
      TextModelConfig sizes,
      float layerNormRmsEpsilon,
      double ropeFreqBase,
      int ropeDimensionCount,
      double ropeScalingFactor) {

    static Config read(GgufFile file, String architecture) {
      HyperParameters parameters = new HyperParameters(file, architecture);
      TextModelConfig sizes = parameters.sizes();
      return new Config(
          sizes,
          parameters.layerNormRmsEpsilon(),
          parameters.ropeFreqBase(),
          parameters.ropeDimensionCount(sizes.keyLength()),
          parameters.ropeLinearScaling());
    }

    /** Radians per position of each rotated pair. */
    double[] frequencies() {
      return Rope.divided(Rope.frequencies(ropeFreqBase, ropeDimensionCount), ropeScalingFactor);
    }
  }

  /**
   * Tensors, named as in GGUF.
   *
   * @param output {@code tokenEmbd} where the file has no {@code output.weight}
   */
  record Weights(Tensor tokenEmbd, List<Layer> layers, Tensor outputNorm, Linear output) {

    record Layer(
        Tensor attnNorm,
        Qkv attnQkv,
        Tensor attnQNorm,
        Tensor attnKNorm,
        Linear attnOutput,
        Tensor ffnNorm,
        Linear ffnGate,
        Linear ffnUp,
        Linear ffnDown) {

      static Layer read(WeightReader weights, TextModelConfig sizes, int layer) {
        String blk = "blk." + layer + ".";
        int embedding = sizes.embeddingLength();
        int attended = sizes.headCount() * sizes.valueLength();
        int inner = sizes.feedForwardLength();
        return new Layer(
            weights.vector(blk + "attn_norm.weight", embedding),
            Qkv.read(weights, blk, sizes),
            weights.vector(blk + "attn_q_norm.weight", sizes.keyLength()),
            weights.vector(blk + "attn_k_norm.weight", sizes.keyLength()),
            weights.linear(blk + "attn_output", attended, embedding),
            weights.vector(blk + "ffn_norm.weight", embedding),
            weights.linear(blk + "ffn_gate", embedding, inner),
            weights.linear(blk + "ffn_up", embedding, inner),
            weights.linear(blk + "ffn_down", inner, embedding));
      }
    }

    static Weights read(GgufFile file, TextModelConfig sizes) {
      WeightReader weights = new WeightReader(file, sizes);
      int embedding = sizes.embeddingLength();
      int vocabulary = sizes.vocabularySize();
      Tensor tokenEmbd = weights.matrix("token_embd.weight", embedding, vocabulary);
      List<Layer> layers =
          IntStream.range(0, sizes.blockCount())
              .mapToObj(layer -> Layer.read(weights, sizes, layer))
              .toList();
      Tensor outputNorm = weights.vector("output_norm.weight", embedding);
      Linear output =
          weights.findLinear("output", embedding, vocabulary).orElse(new Linear(tokenEmbd));
      weights.requireAllRead();
      return new Weights(tokenEmbd, layers, outputNorm, output);
    }
  }

  /**
   * Reads and checks hyper-parameters and tensors; the weights stay in the file.
   *
   * @throws io.maque.model.UnsupportedModelException naming the key or tensor that is missing or
   *     not as this architecture has it
   */
  public Qwen3(GgufFile file, Kernels kernels) {
    Config config = Config.read(file, ARCHITECTURE);
    Weights weights = Weights.read(file, config.sizes());
    Rope rope = rope(config, kernels);
    super(
        config.sizes(),
        kernels,
        weights.tokenEmbd(),
        List.of(rope),
        blocks(config, weights, rope, kernels),
        new RmsNorm(kernels, weights.outputNorm(), config.layerNormRmsEpsilon()),
        weights.output());
  }

  private static Rope rope(Config config, Kernels kernels) {
    return new Rope(kernels, RopePairing.NEOX, config.frequencies());
  }

  static List<Block> blocks(Config config, Weights weights, Rope rope, Kernels kernels) {
    return IntStream.range(0, config.sizes().blockCount())
        .mapToObj(layer -> block(config, weights.layers().get(layer), layer, rope, kernels))
        .toList();
  }

  private static Block block(
      Config config, Weights.Layer weights, int layer, Rope rope, Kernels kernels) {
    float epsilon = config.layerNormRmsEpsilon();
    return new PreNormBlock(
        new RmsNorm(kernels, weights.attnNorm(), epsilon),
        new Attention(
                kernels,
                layer,
                heads(config.sizes()),
                weights.attnQkv().fused(kernels),
                rope,
                new FusedLinear(kernels, weights.attnOutput()))
            .withHeadNorms(
                new RmsNorm(kernels, weights.attnQNorm(), epsilon),
                new RmsNorm(kernels, weights.attnKNorm(), epsilon)),
        new RmsNorm(kernels, weights.ffnNorm(), epsilon),
        FeedForward.swiGlu(kernels, weights.ffnGate(), weights.ffnUp(), weights.ffnDown()),
        new Residual(kernels));
  }
}
