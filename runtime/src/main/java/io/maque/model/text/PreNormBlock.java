package io.maque.model.text;

import io.maque.nn.Activations;
import io.maque.nn.Attention;
import io.maque.nn.FeedForward;
import io.maque.nn.Pass;
import io.maque.nn.Residual;
import io.maque.nn.RmsNorm;

/**
 * The decoder block of most architectures (Touvron et al. 2023, arXiv 2302.13971): {@code h +=
 * attention(norm(h)); h += feedForward(norm(h))}.
 */
record PreNormBlock(
    RmsNorm attnNorm,
    Attention attention,
    RmsNorm ffnNorm,
    FeedForward feedForward,
    Residual residual)
    implements Block {

  @Override
  public void forward(Pass pass) {
    Activations all = pass.activations();
    Pass rest = attention.forward(attnNorm.step(all.hidden(), all.normed()), pass);
    Activations x = rest.activations();
    feedForward.forward(
        residual.step(x.hidden(), x.branch()).then(ffnNorm.step(x.hidden(), x.normed())),
        x.normed(),
        x.branch(),
        rest);
    residual.add(x.hidden(), x.branch(), pass.workers());
  }

  @Override
  public long preparedBytes(int tokens) {
    return Math.max(attention.preparedBytes(tokens), feedForward.preparedBytes(tokens));
  }
}
