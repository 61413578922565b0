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
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Llama 1 to 3 and the many models of their shape, SmolLM2 among them (GGUF architecture {@code
 * llama}).
 *
 * <p>Pre-norm blocks with RMS norms, grouped-query attention, rotary positions, SwiGLU. Rotation
 * pairs <b>neighbouring values</b>: files of this architecture have the rows of Q and K permuted
 * for it. Llama 3.1 and later stretch the slow frequencies by factors that the file holds as a
 * tensor.
 *
 * <p>Touvron et al. 2023, arXiv 2302.13971; Llama team 2024, arXiv 2407.21783; Allal et al. 2025,
 * arXiv 2502.02737.
 */
public final class Llama extends Decoder {
  /** The value of {@code general.architecture}. */
  public static final String ARCHITECTURE = "llama";

  /** Hyper-parameters, named as the GGUF keys. */
  record Config(
      TextModelConfig sizes,
      float layerNormRmsEpsilon,
      double ropeFreqBase,
      int ropeDimensionCount,
      double ropeScalingFactor) {

    static Config read(GgufFile file) {
      HyperParameters parameters = new HyperParameters(file, ARCHITECTURE);
      TextModelConfig sizes = parameters.sizes();
      return new Config(
          sizes,
          parameters.layerNormRmsEpsilon(),
          parameters.ropeFreqBase(),
          parameters.ropeDimensionCount(sizes.keyLength()),
          parameters.ropeLinearScaling());
    }
  }

  /**
   * Tensors, named as in GGUF.
   *
   * @param ropeFreqs factors that divide the rotary frequencies, one per pair, or empty
   * @param output {@code tokenEmbd} where the file has no {@code output.weight}
   */
  record Weights(
      Tensor tokenEmbd,
      Optional<Tensor> ropeFreqs,
      List<Layer> layers,
      Tensor outputNorm,
      Linear output) {

    record Layer(
        Tensor attnNorm,
        Qkv attnQkv,
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
            weights.linear(blk + "attn_output", attended, embedding),
            weights.vector(blk + "ffn_norm.weight", embedding),
            weights.linear(blk + "ffn_gate", embedding, inner),
            weights.linear(blk + "ffn_up", embedding, inner),
            weights.linear(blk + "ffn_down", inner, embedding));
      }
    }

    static Weights read(GgufFile file, Config config) {
      TextModelConfig sizes = config.sizes();
      WeightReader weights = new WeightReader(file, sizes);
      int embedding = sizes.embeddingLength();
      int vocabulary = sizes.vocabularySize();
      Tensor tokenEmbd = weights.matrix("token_embd.weight", embedding, vocabulary);
      Optional<Tensor> ropeFreqs =
          weights.findVector("rope_freqs.weight", config.ropeDimensionCount() / 2);
      List<Layer> layers =
          IntStream.range(0, sizes.blockCount())
              .mapToObj(layer -> Layer.read(weights, sizes, layer))
              .toList();
      Tensor outputNorm = weights.vector("output_norm.weight", embedding);
      Linear output =
          weights.findLinear("output", embedding, vocabulary).orElse(new Linear(tokenEmbd));
      weights.requireAllRead();
      return new Weights(tokenEmbd, ropeFreqs, layers, outputNorm, output);
    }
  }

  /**
   * Reads and checks hyper-parameters and tensors; the weights stay in the file.
   *
   * @throws io.maque.model.UnsupportedModelException naming the key or tensor that is missing or
   *     not as this architecture has it
   */
  public Llama(GgufFile file, Kernels kernels) {
    Config config = Config.read(file);
    Weights weights = Weights.read(file, config);
    Rope rope = rope(config, weights, kernels);
    super(
        config.sizes(),
        kernels,
        weights.tokenEmbd(),
        List.of(rope),
        IntStream.range(0, config.sizes().blockCount())
            .mapToObj(layer -> block(config, weights.layers().get(layer), layer, rope, kernels))
            .toList(),
        new RmsNorm(kernels, weights.outputNorm(), config.layerNormRmsEpsilon()),
        weights.output());
  }

  private static Rope rope(Config config, Weights weights, Kernels kernels) {
    double[] original = Rope.frequencies(config.ropeFreqBase(), config.ropeDimensionCount());
    double[] scaled = Rope.divided(original, config.ropeScalingFactor());
    return new Rope(
        kernels,
        RopePairing.NORM,
        weights.ropeFreqs().map(factors -> Rope.divided(scaled, factors)).orElse(scaled));
  }

  private static Block block(
      Config config, Weights.Layer weights, int layer, Rope rope, Kernels kernels) {
    return new PreNormBlock(
        new RmsNorm(kernels, weights.attnNorm(), config.layerNormRmsEpsilon()),
        new Attention(
            kernels,
            layer,
            heads(config.sizes()),
            weights.attnQkv().fused(kernels),
            rope,
            new FusedLinear(kernels, weights.attnOutput())),
        new RmsNorm(kernels, weights.ffnNorm(), config.layerNormRmsEpsilon()),
        FeedForward.swiGlu(kernels, weights.ffnGate(), weights.ffnUp(), weights.ffnDown()),
        new Residual(kernels));
  }
}
