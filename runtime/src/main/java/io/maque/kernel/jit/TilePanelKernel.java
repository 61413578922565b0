package io.maque.kernel.jit;

import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;

/**
 * The machine code of a weight format for AMX: panels are unpacked as for AVX-512, but multiplied
 * in tiles.
 */
final class TilePanelKernel implements PanelKernel {
  private final PanelPacker packer;

  /**
   * @param packer of {@link Isa#AMX}
   */
  TilePanelKernel(PanelPacker packer) {
    this.packer = packer;
  }

  @Override
  public TensorType type() {
    return packer.type();
  }

  @Override
  public String name() {
    return packer.name();
  }

  @Override
  public int rows() {
    return packer.rows();
  }

  @Override
  public int activationPlanes() {
    return packer.activationPlanes();
  }

  @Override
  public int maxTokens() {
    return TileShapes.TOKENS;
  }

  @Override
  public VectorAssembler pack() {
    return packer.pack();
  }

  @Override
  public VectorAssembler product(int tokens) {
    return new TileProduct(packer.panel, tokens).generate();
  }

  @Override
  public VectorAssembler loop(int stretchBlocks) {
    return new PanelLoop(type(), packer.panel, stretchBlocks, maxTokens()).generate();
  }
}
