package io.maque.model.text;

import io.maque.nn.Pass;

/** One layer of a decoder. */
interface Block {

  /**
   * Runs the layer over {@code pass.activations().hidden()} in place. Where some rows are not
   * wanted, those that are become the first ones.
   */
  void forward(Pass pass);

  /** Scratch memory of a pass of {@code tokens} tokens. */
  long preparedBytes(int tokens);
}
