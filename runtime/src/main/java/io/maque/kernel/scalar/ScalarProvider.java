package io.maque.kernel.scalar;

import io.maque.kernel.Activation;
import io.maque.kernel.Add;
import io.maque.kernel.Attention;
import io.maque.kernel.Availability;
import io.maque.kernel.CacheWrite;
import io.maque.kernel.GatedActivation;
import io.maque.kernel.Hadamard;
import io.maque.kernel.KernelProvider;
import io.maque.kernel.LayerNorm;
import io.maque.kernel.Machine;
import io.maque.kernel.MatMul;
import io.maque.kernel.Maxima;
import io.maque.kernel.PlainActivation;
import io.maque.kernel.RmsNorm;
import io.maque.kernel.Rope;
import io.maque.kernel.RopePairing;
import io.maque.kernel.Softmax;
import io.maque.quant.BlockFormat;
import io.maque.tensor.TensorType;
import java.util.Optional;

/** The last rung: runs everywhere and serves every operation in every format. */
public final class ScalarProvider implements KernelProvider {

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public Availability availability(Machine machine) {
    return new Availability.Usable();
  }

  @Override
  public Optional<MatMul> matMul(TensorType weightType) {
    return Optional.of(new MatMulScalar(BlockFormat.of(weightType)));
  }

  @Override
  public Optional<Attention> attention(TensorType cacheType) {
    return Optional.of(new AttentionScalar(BlockFormat.of(cacheType)));
  }

  @Override
  public Optional<CacheWrite> cacheWrite(TensorType cacheType) {
    return BlockFormat.findEncoder(cacheType).map(CacheWriteScalar::new);
  }

  @Override
  public Optional<Hadamard> hadamard() {
    return Optional.of(new HadamardScalar());
  }

  @Override
  public Optional<RmsNorm> rmsNorm() {
    return Optional.of(new RmsNormScalar());
  }

  @Override
  public Optional<Rope> rope(RopePairing pairing) {
    return Optional.of(new RopeScalar(pairing));
  }

  @Override
  public Optional<GatedActivation> gatedActivation(Activation activation) {
    return Optional.of(new GatedActivationScalar(activation));
  }

  @Override
  public Optional<PlainActivation> plainActivation(Activation activation) {
    return Optional.of(new PlainActivationScalar(activation));
  }

  @Override
  public Optional<LayerNorm> layerNorm() {
    return Optional.of(new LayerNormScalar());
  }

  @Override
  public Optional<Softmax> softmax() {
    return Optional.of(new SoftmaxScalar());
  }

  @Override
  public Optional<Maxima> maxima() {
    return Optional.of(new MaximaScalar());
  }

  @Override
  public Optional<Add> add() {
    return Optional.of(new AddScalar());
  }
}
