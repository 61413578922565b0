package io.maque.model.text;

import io.maque.gguf.GgufFile;
import io.maque.kernel.Kernels;
import io.maque.kernel.RopePairing;
import io.maque.model.HyperParameters;
import io.maque.model.TextModelConfig;
import io.maque.model.UnsupportedModelException;
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
 * Phi-3, Phi-3.5 and Phi-4 mini (GGUF architecture {@code phi3}).
 *
 * <p>Pre-norm blocks with RMS norms, SwiGLU, rotary positions in NeoX pairing, in some sizes over a
 * part of the head only. Q, K and V are <b>one tensor, gate and up another</b>. The short variants
 * attend through a sliding window, which the original implementation applies and so does this one;
 * the long variants rescale each frequency (LongRoPE).
 *
 * <p><b>Which list of factors a long variant uses is decided when the model is opened</b>, by the
 * longest sequence asked for: the short list up to the original context length, the long list
 * beyond. The original implementation changes lists in the middle of a text that grows past that
 * length, with keys of the other list still in its cache; here a text reads the same however it
 * came about.
 *
 * <p>Abdin et al. 2024, arXiv 2404.14219; Ding et al. 2024, arXiv 2402.13753.
 */
public final class Phi3 extends Decoder {
  /** The value of {@code general.architecture}. */
  public static final String ARCHITECTURE = "phi3";

  /**
   * Hyper-parameters, named as the GGUF keys.
   *
   * @param slidingWindow positions a query sees, or {@link Attention#NO_WINDOW}
   * @param originalContextLength longest sequence before LongRoPE
   * @param attnFactor factor on cosines and sines under LongRoPE
   */
  record Config(
      TextModelConfig sizes,
      float layerNormRmsEpsilon,
      double ropeFreqBase,
      int ropeDimensionCount,
      int slidingWindow,
      int originalContextLength,
      double attnFactor) {

    static Config read(GgufFile file) {
      HyperParameters parameters = new HyperParameters(file, ARCHITECTURE);
      TextModelConfig sizes = parameters.sizes();
      parameters.requireRopeScaling("none", "longrope");
      int original =
          parameters
              .findInteger("rope.scaling.original_context_length", 2, Integer.MAX_VALUE)
              .orElse(sizes.contextLength());
      // Zero says that there is no window.
      int window =
          parameters
              .findInteger("attention.sliding_window", 0, Attention.NO_WINDOW)
              .filter(positions -> positions > 0)
              .orElse(Attention.NO_WINDOW);
      return new Config(
          sizes,
          parameters.layerNormRmsEpsilon(),
          parameters.ropeFreqBase(),
          parameters.ropeDimensionCount(sizes.keyLength()),
          window,
          original,
          parameters
              .findNumber("rope.scaling.attn_factor", Float.MIN_NORMAL, 100)
              .orElse(attnFactor(sizes.contextLength(), original)));
    }

    /** The factor of the original implementation, for files that do not hold it. */
    private static double attnFactor(int contextLength, int originalContextLength) {
      double scale = Math.max(1, (double) contextLength / originalContextLength);
      return Math.sqrt(1 + Math.log(scale) / Math.log(originalContextLength));
    }
  }

  /** The two lists of LongRoPE: what divides the frequency of each pair. */
  record RopeFactors(Tensor ropeFactorsLong, Tensor ropeFactorsShort) {}

  /**
   * Tensors, named as in GGUF.
   *
   * @param ropeFactors empty in the variants without LongRoPE
   * @param output {@code tokenEmbd} where the file has no {@code output.weight}
   */
  record Weights(
      Tensor tokenEmbd,
      Optional<RopeFactors> ropeFactors,
      List<Layer> layers,
      Tensor outputNorm,
      Linear output) {

    /**
     * @param ffnUp rows of the gate, then as many of the up projection
     */
    record Layer(
        Tensor attnNorm,
        Qkv attnQkv,
        Linear attnOutput,
        Tensor ffnNorm,
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
            weights.linear(blk + "ffn_up", embedding, 2 * inner),
            weights.linear(blk + "ffn_down", inner, embedding));
      }
    }

    static Weights read(GgufFile file, Config config) {
      TextModelConfig sizes = config.sizes();
      WeightReader weights = new WeightReader(file, sizes);
      int embedding = sizes.embeddingLength();
      int vocabulary = sizes.vocabularySize();
      Tensor tokenEmbd = weights.matrix("token_embd.weight", embedding, vocabulary);
      Optional<RopeFactors> ropeFactors =
          weights.contains("rope_factors_long.weight")
                  || weights.contains("rope_factors_short.weight")
              ? Optional.of(ropeFactors(weights, config.ropeDimensionCount() / 2))
              : Optional.empty();
      List<Layer> layers =
          IntStream.range(0, sizes.blockCount())
              .mapToObj(layer -> Layer.read(weights, sizes, layer))
              .toList();
      Tensor outputNorm = weights.vector("output_norm.weight", embedding);
      Linear output =
          weights.findLinear("output", embedding, vocabulary).orElse(new Linear(tokenEmbd));
      weights.requireAllRead();
      return new Weights(tokenEmbd, ropeFactors, layers, outputNorm, output);
    }

    private static RopeFactors ropeFactors(WeightReader weights, int pairs) {
      return new RopeFactors(
          weights.vector("rope_factors_long.weight", pairs),
          weights.vector("rope_factors_short.weight", pairs));
    }
  }

  /**
   * Reads and checks hyper-parameters and tensors; the weights stay in the file.
   *
   * @param contextLength longest sequence the model will be used for
   * @throws UnsupportedModelException naming the key or tensor that is missing or not as this
   *     architecture has it
   */
  public Phi3(GgufFile file, Kernels kernels, int contextLength) {
    Config config = Config.read(file);
    Weights weights = Weights.read(file, config);
    Rope rope = rope(config, weights, kernels, contextLength);
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

  private static Rope rope(Config config, Weights weights, Kernels kernels, int contextLength) {
    double[] original = Rope.frequencies(config.ropeFreqBase(), config.ropeDimensionCount());
    if (weights.ropeFactors().isEmpty()) {
      return new Rope(kernels, RopePairing.NEOX, original);
    }
    RopeFactors lists = weights.ropeFactors().get();
    Tensor factors =
        contextLength > config.originalContextLength()
            ? lists.ropeFactorsLong()
            : lists.ropeFactorsShort();
    return new Rope(
        kernels, RopePairing.NEOX, Rope.divided(original, factors), config.attnFactor());
  }

  private static Block block(
      Config config, Weights.Layer weights, int layer, Rope rope, Kernels kernels) {
    int inner = config.sizes().feedForwardLength();
    return new PreNormBlock(
        new RmsNorm(kernels, weights.attnNorm(), config.layerNormRmsEpsilon()),
        new Attention(
                kernels,
                layer,
                heads(config.sizes()),
                weights.attnQkv().fused(kernels),
                rope,
                new FusedLinear(kernels, weights.attnOutput()))
            .withSlidingWindow(config.slidingWindow()),
        new RmsNorm(kernels, weights.ffnNorm(), config.layerNormRmsEpsilon()),
        FeedForward.swiGlu(
            kernels,
            weights.ffnUp().rows(0, inner),
            weights.ffnUp().rows(inner, 2 * inner),
            weights.ffnDown()),
        new Residual(kernels));
  }
}
