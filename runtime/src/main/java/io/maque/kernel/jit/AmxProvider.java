package io.maque.kernel.jit;

import io.maque.kernel.Availability;
import io.maque.kernel.KernelProvider;
import io.maque.kernel.Machine;
import io.maque.kernel.MatMul;
import io.maque.tensor.TensorType;
import java.util.Optional;

/**
 * Machine code for CPUs with AMX: the matrix products of quantised weights, with many tokens in
 * tiles. The rung below, which such a CPU has as well, serves the rest, weights of floats included:
 * in bf16 a token's product would depend on how many are with it, or decoding would be slow.
 */
public final class AmxProvider implements KernelProvider {
  private final MatMuls vectors = new MatMuls(Isa.AVX512_VNNI);

  @Override
  public String name() {
    return "amx";
  }

  @Override
  public Availability availability(Machine machine) {
    return Isa.AMX.availability(machine);
  }

  @Override
  public Optional<MatMul> matMul(TensorType weightType) {
    return MatMuls.packer(weightType, Isa.AMX).map(this::tiles);
  }

  private MatMul tiles(PanelPacker packer) {
    MatMul few = vectors.matMul(packer.type()).orElseThrow();
    QuantisedActivations activations = vectors.activations(packer.activationPlanes());
    return new MatMulTiles(few, new MatMulPanel(new TilePanelKernel(packer), activations));
  }
}
