package io.maque.model.text;

import io.maque.gguf.GgufFile;
import io.maque.kernel.Kernels;
import io.maque.kernel.RopePairing;
import io.maque.model.HyperParameters;
import io.maque.model.TextModelConfig;
import io.maque.model.UnsupportedModelException;
import io.maque.model.WeightReader;
import io.maque.nn.Activations;
import io.maque.nn.Attention;
import io.maque.nn.FeedForward;
import io.maque.nn.FusedLinear;
import io.maque.nn.Linear;
import io.maque.nn.Pass;
import io.maque.nn.Residual;
import io.maque.nn.RmsNorm;
import io.maque.nn.Rope;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Gemma 3, the text model (GGUF architecture {@code gemma3}).
 *
 * <p>Embeddings scaled by {@code √embeddingLength}; blocks with a norm <b>before and after</b> each
 * sub-layer and norms on each query and key head; GeGLU; grouped-query attention with heads wider
 * together than the embedding. Most layers see a <b>sliding window</b> and rotate with a short
 * base; every sixth sees everything and rotates with a long one. Norm weights in GGUF already
 * include the 1 that the original adds to them.
 *
 * <p>Gemma team 2025, arXiv 2503.19786.
 */
public final class Gemma3 extends Decoder {
  /** The value of {@code general.architecture}. */
  public static final String ARCHITECTURE = "gemma3";

  private static final int SLIDING_WINDOW_PATTERN = 6;
  private static final double ROPE_FREQ_BASE = 1_000_000;
  private static final double ROPE_FREQ_BASE_SWA = 10_000;

  /** The 27B size, recognised as other runtimes do: the file has no key for its score scale. */
  private static final int BLOCK_COUNT_27B = 62;

  /**
   * Hyper-parameters, named as the GGUF keys.
   *
   * @param slidingWindow positions that a query of a local layer sees
   * @param slidingWindowPattern every how many layers one is global; 1 makes all global
   * @param ropeFreqBase of global layers
   * @param ropeFreqBaseSwa of local layers
   * @param ropeScalingFactor of global layers
   */
  record Config(
      TextModelConfig sizes,
      float layerNormRmsEpsilon,
      int slidingWindow,
      int slidingWindowPattern,
      double ropeFreqBase,
      double ropeFreqBaseSwa,
      int ropeDimensionCount,
      double ropeScalingFactor) {

    static Config read(GgufFile file) {
      HyperParameters parameters = new HyperParameters(file, ARCHITECTURE);
      TextModelConfig sizes = parameters.sizes();
      // Soft-capping of logits belongs to Gemma 2.
      parameters.findNumber("final_logit_softcapping", 0, 0);
      Optional<Integer> window =
          parameters.findInteger("attention.sliding_window", 0, Attention.NO_WINDOW);
      return new Config(
          sizes,
          parameters.layerNormRmsEpsilon(),
          window.filter(positions -> positions > 0).orElse(Attention.NO_WINDOW),
          parameters
              .findInteger("attention.sliding_window_pattern", 1, 1024)
              .orElse(window.isPresent() ? SLIDING_WINDOW_PATTERN : 1),
          parameters.ropeFreqBase("rope.freq_base", ROPE_FREQ_BASE),
          parameters.ropeFreqBase("rope.freq_base_swa", ROPE_FREQ_BASE_SWA),
          parameters.ropeDimensionCount(sizes.keyLength()),
          parameters.ropeLinearScaling());
    }

    boolean isLocal(int layer) {
      return (layer + 1) % slidingWindowPattern != 0;
    }

    float attentionScale() {
      int length =
          sizes.blockCount() == BLOCK_COUNT_27B
              ? sizes.embeddingLength() / sizes.headCount()
              : sizes.keyLength();
      return (float) (1 / Math.sqrt(length));
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
        Tensor postAttentionNorm,
        Tensor ffnNorm,
        Linear ffnGate,
        Linear ffnUp,
        Linear ffnDown,
        Tensor postFfwNorm) {

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
            weights.vector(blk + "post_attention_norm.weight", embedding),
            weights.vector(blk + "ffn_norm.weight", embedding),
            weights.linear(blk + "ffn_gate", embedding, inner),
            weights.linear(blk + "ffn_up", embedding, inner),
            weights.linear(blk + "ffn_down", inner, embedding),
            weights.vector(blk + "post_ffw_norm.weight", embedding));
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

  /** The sub-layers between their norms: {@code h += normAfter(f(normBefore(h)))}, twice. */
  private record SandwichBlock(
      RmsNorm attnNorm,
      Attention attention,
      RmsNorm postAttentionNorm,
      RmsNorm ffnNorm,
      FeedForward feedForward,
      RmsNorm postFfwNorm,
      Residual residual)
      implements Block {

    @Override
    public void forward(Pass pass) {
      Activations all = pass.activations();
      Pass rest = attention.forward(attnNorm.step(all.hidden(), all.normed()), pass);
      Activations x = rest.activations();
      feedForward.forward(
          postAttentionNorm
              .step(x.branch(), x.branch())
              .then(residual.step(x.hidden(), x.branch()))
              .then(ffnNorm.step(x.hidden(), x.normed())),
          x.normed(),
          x.branch(),
          rest);
      postFfwNorm
          .step(x.branch(), x.branch())
          .then(residual.step(x.hidden(), x.branch()))
          .forAll(x.hidden().rows(), pass.workers());
    }

    @Override
    public long preparedBytes(int tokens) {
      return Math.max(attention.preparedBytes(tokens), feedForward.preparedBytes(tokens));
    }
  }

  /**
   * Reads and checks hyper-parameters and tensors; the weights stay in the file.
   *
   * @throws UnsupportedModelException naming the key or tensor that is missing or not as this
   *     architecture has it
   */
  public Gemma3(GgufFile file, Kernels kernels) {
    Config config = Config.read(file);
    Weights weights = Weights.read(file, config.sizes());
    Rope global =
        rope(
            Rope.divided(
                Rope.frequencies(config.ropeFreqBase(), config.ropeDimensionCount()),
                config.ropeScalingFactor()),
            kernels);
    Rope local =
        rope(Rope.frequencies(config.ropeFreqBaseSwa(), config.ropeDimensionCount()), kernels);
    super(
        config.sizes(),
        kernels,
        weights.tokenEmbd(),
        List.of(global, local),
        IntStream.range(0, config.sizes().blockCount())
            .mapToObj(layer ->
                block(
                    config,
                    weights.layers().get(layer),
                    layer,
                    config.isLocal(layer) ? local : global,
                    kernels))
            .toList(),
        new RmsNorm(kernels, weights.outputNorm(), config.layerNormRmsEpsilon()),
        weights.output());
  }

  private static Rope rope(double[] frequencies, Kernels kernels) {
    return new Rope(kernels, RopePairing.NEOX, frequencies);
  }

  private static Block block(
      Config config, Weights.Layer weights, int layer, Rope rope, Kernels kernels) {
    float epsilon = config.layerNormRmsEpsilon();
    return new SandwichBlock(
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
                new RmsNorm(kernels, weights.attnKNorm(), epsilon))
            .withScale(config.attentionScale())
            .withSlidingWindow(
                config.isLocal(layer) ? config.slidingWindow() : Attention.NO_WINDOW),
        new RmsNorm(kernels, weights.postAttentionNorm(), epsilon),
        new RmsNorm(kernels, weights.ffnNorm(), epsilon),
        FeedForward.geGlu(kernels, weights.ffnGate(), weights.ffnUp(), weights.ffnDown()),
        new RmsNorm(kernels, weights.postFfwNorm(), epsilon),
        new Residual(kernels));
  }

  /** The embeddings of tokens, and of tokens only, are scaled by {@code √embeddingLength}. */
  @Override
  void embedTokens(int[] tokens, FloatMatrix rows) {
    super.embedTokens(tokens, rows);
    float scale = (float) Math.sqrt(config().embeddingLength());
    for (int row = 0; row < rows.rows(); row++) {
      for (int column = 0; column < rows.columns(); column++) {
        rows.set(row, column, scale * rows.get(row, column));
      }
    }
  }
}
