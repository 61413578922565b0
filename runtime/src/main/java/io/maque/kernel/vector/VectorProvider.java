package io.maque.kernel.vector;

import io.maque.kernel.Activation;
import io.maque.kernel.Add;
import io.maque.kernel.Attention;
import io.maque.kernel.Availability;
import io.maque.kernel.GatedActivation;
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
import io.maque.tensor.TensorType;
import java.util.Optional;

/**
 * The rung that uses the Vector API. This class links none of it, so it can be asked on a JVM that
 * was started without the module.
 */
public final class VectorProvider implements KernelProvider {
  private static final String MODULE = "jdk.incubator.vector";

  private final ModuleLayer layer;

  /** The rung in the JVM as it was started. */
  public VectorProvider() {
    this(ModuleLayer.boot());
  }

  VectorProvider(ModuleLayer layer) {
    this.layer = layer;
  }

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public Availability availability(Machine machine) {
    return layer.findModule(MODULE).isPresent()
        ? new Availability.Usable()
        : new Availability.Refused(
            "this JVM was started without the module " + MODULE,
            "start it with --add-modules=" + MODULE);
  }

  @Override
  public Optional<MatMul> matMul(TensorType weightType) {
    return Optional.of(new MatMulVector(weightType));
  }

  @Override
  public Optional<Attention> attention(TensorType cacheType) {
    return Optional.of(new AttentionVector(cacheType));
  }

  @Override
  public Optional<RmsNorm> rmsNorm() {
    return Optional.of(new RmsNormVector());
  }

  /** Interleaved pairs do not fill lanes, and rotation takes well under 1 % of a pass. */
  @Override
  public Optional<Rope> rope(RopePairing pairing) {
    return pairing == RopePairing.NEOX ? Optional.of(new RopeNeoxVector()) : Optional.empty();
  }

  @Override
  public Optional<GatedActivation> gatedActivation(Activation activation) {
    return Optional.of(new GatedActivationVector(activation));
  }

  @Override
  public Optional<PlainActivation> plainActivation(Activation activation) {
    return Optional.of(new PlainActivationVector(activation));
  }

  @Override
  public Optional<LayerNorm> layerNorm() {
    return Optional.of(new LayerNormVector());
  }

  @Override
  public Optional<Softmax> softmax() {
    return Optional.of(new SoftmaxVector());
  }

  @Override
  public Optional<Maxima> maxima() {
    return Optional.of(new MaximaVector());
  }

  @Override
  public Optional<Add> add() {
    return Optional.of(new AddVector());
  }
}
