package io.maque.model.vision;

import io.maque.kernel.Kernels;
import io.maque.model.WeightReader;
import io.maque.model.vision.VisionPass.Piece;
import io.maque.nn.FullAttention;
import io.maque.nn.FusedLinear;
import io.maque.nn.LayerNorm;
import io.maque.nn.Linear;
import io.maque.nn.Mlp;
import io.maque.nn.Residual;
import io.maque.tensor.FloatMatrix;

/**
 * The block of a vision transformer (Dosovitskiy et al. 2020, arXiv 2010.11929): {@code x +=
 * Out·attention(qkv(norm1(x)))}, then {@code x += mlp(norm2(x))}.
 *
 * @param qkv projections to queries, keys and values
 * @param output projection back to the embedding length
 */
record VisionBlock(
    LayerNorm norm1,
    FusedLinear qkv,
    FullAttention attention,
    FusedLinear output,
    LayerNorm norm2,
    Mlp mlp,
    Residual residual) {

  /**
   * Tensors of a block, named as in GGUF but for the feed-forward part: files disagree about which
   * layer is called up and which down.
   */
  record Weights(
      Norm ln1,
      Linear attnQ,
      Linear attnK,
      Linear attnV,
      Linear attnOut,
      Norm ln2,
      Linear fc1,
      Linear fc2) {

    /** As most towers store them: Q, K and V as one tensor, biases everywhere. */
    static Weights read(WeightReader weights, VisionConfig config, int block) {
      String blk = "v.blk.%d.".formatted(block);
      int embedding = config.embeddingLength();
      int inner = config.feedForwardLength();
      Linear qkv = weights.biasedLinear(blk + "attn_qkv", embedding, 3 * embedding);
      return new Weights(
          Norm.read(weights, blk + "ln1", embedding),
          qkv.rows(0, embedding),
          qkv.rows(embedding, 2 * embedding),
          qkv.rows(2 * embedding, 3 * embedding),
          weights.biasedLinear(blk + "attn_out", embedding, embedding),
          Norm.read(weights, blk + "ln2", embedding),
          weights.biasedLinear(blk + "ffn_up", embedding, inner),
          weights.biasedLinear(blk + "ffn_down", inner, embedding));
    }
  }

  /**
   * @param attention shared by the blocks of a tower
   */
  static VisionBlock of(
      Kernels kernels, Weights weights, VisionConfig config, FullAttention attention) {
    float epsilon = config.layerNormEpsilon();
    return new VisionBlock(
        weights.ln1().layer(kernels, epsilon),
        new FusedLinear(kernels, weights.attnQ(), weights.attnK(), weights.attnV()),
        attention,
        new FusedLinear(kernels, weights.attnOut()),
        weights.ln2().layer(kernels, epsilon),
        new Mlp(kernels, weights.fc1(), config.activation(), weights.fc2()),
        new Residual(kernels));
  }

  /** Scratch memory of a picture of {@code rows} rows. */
  long preparedBytes(int rows) {
    int pieceRows = VisionPass.pieceRows(rows);
    return Math.max(
        Math.max(qkv.preparedBytes(pieceRows), output.preparedBytes(pieceRows)),
        mlp.preparedBytes(pieceRows));
  }

  /** Runs the block over {@link VisionPass#hidden()} in place. */
  void forward(VisionPass x) {
    x.forEachPiece(piece -> project(x, piece));
    x.rotation()
        .ifPresent(rotation -> {
          rotation.apply(x.query(), x.workers());
          rotation.apply(x.key(), x.workers());
        });
    attention.forward(x.query(), x.key(), x.value(), x.query(), x.scratch(), x.workers());
    x.forEachPiece(piece -> add(x, piece));
  }

  /** Computes queries, keys and values. */
  private void project(VisionPass x, Piece piece) {
    FloatMatrix normed = x.normed().firstRows(piece.rows());
    norm1.forward(piece.of(x.hidden()), normed, x.workers());
    qkv.forward(
        normed,
        x.prepared(),
        x.workers(),
        piece.of(x.query()),
        piece.of(x.key()),
        piece.of(x.value()));
  }

  /** Adds what attention found, then the feed-forward layer. */
  private void add(VisionPass x, Piece piece) {
    FloatMatrix hidden = piece.of(x.hidden());
    FloatMatrix normed = x.normed().firstRows(piece.rows());
    FloatMatrix inner = x.inner().firstRows(piece.rows());
    FloatMatrix branch = x.branch().firstRows(piece.rows());
    output.forward(piece.of(x.query()), x.prepared(), x.workers(), branch);
    residual.add(hidden, branch, x.workers());

    norm2.forward(hidden, normed, x.workers());
    mlp.forward(normed, inner, branch, x.prepared(), x.workers());
    residual.add(hidden, branch, x.workers());
  }
}
