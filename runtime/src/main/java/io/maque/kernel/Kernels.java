package io.maque.kernel;

import io.maque.tensor.TensorType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The chosen kernel of every operation: computed once from the ladder of providers, then read-only
 * and shared by all models of the process.
 */
public final class Kernels {
  private static final List<TensorType> CACHE_TYPES =
      List.of(TensorType.F16, TensorType.Q8_0, TensorType.F32);

  private final Map<TensorType, MatMul> matMul = new EnumMap<>(TensorType.class);
  private final Map<TensorType, Attention> attention = new EnumMap<>(TensorType.class);
  private final Map<TensorType, CacheWrite> cacheWrite = new EnumMap<>(TensorType.class);
  private final Hadamard hadamard;
  private final RmsNorm rmsNorm;
  private final Map<RopePairing, Rope> rope = new EnumMap<>(RopePairing.class);
  private final Map<Activation, GatedActivation> gatedActivation = new EnumMap<>(Activation.class);
  private final Map<Activation, PlainActivation> plainActivation = new EnumMap<>(Activation.class);
  private final LayerNorm layerNorm;
  private final Softmax softmax;
  private final Maxima maxima;
  private final Add add;
  private final List<Choice> choices;
  private final List<Rung> rungs;

  /** Asks the usable providers for every operation, in the order {@link #choices()} prints. */
  private Kernels(List<KernelProvider> usable, List<Rung> rungs) {
    Chooser chooser = new Chooser(usable, new ArrayList<>());
    for (TensorType type : TensorType.values()) {
      matMul.put(type, chooser.choose("matMul", type.name(), p -> p.matMul(type)));
    }
    for (TensorType type : CACHE_TYPES) {
      attention.put(type, chooser.choose("attention", type.name(), p -> p.attention(type)));
      cacheWrite.put(type, chooser.choose("cacheWrite", type.name(), p -> p.cacheWrite(type)));
    }
    hadamard = chooser.choose("hadamard", "", KernelProvider::hadamard);
    rmsNorm = chooser.choose("rmsNorm", "", KernelProvider::rmsNorm);
    for (RopePairing pairing : RopePairing.values()) {
      rope.put(pairing, chooser.choose("rope", pairing.name(), p -> p.rope(pairing)));
    }
    for (Activation activation : Activation.values()) {
      gatedActivation.put(
          activation,
          chooser.choose("gatedActivation", activation.name(), p -> p.gatedActivation(activation)));
      plainActivation.put(
          activation,
          chooser.choose("plainActivation", activation.name(), p -> p.plainActivation(activation)));
    }
    layerNorm = chooser.choose("layerNorm", "", KernelProvider::layerNorm);
    softmax = chooser.choose("softmax", "", KernelProvider::softmax);
    maxima = chooser.choose("maxima", "", KernelProvider::maxima);
    add = chooser.choose("add", "", KernelProvider::add);
    this.choices = List.copyOf(chooser.choices);
    this.rungs = rungs;
  }

  /**
   * For each operation and format the first usable provider that serves it.
   *
   * @param ladder providers, best first; the last one serves everything
   * @throws KernelUnavailableException when no usable provider serves some operation
   */
  public static Kernels choose(List<KernelProvider> ladder, Machine machine) {
    return new Kernels(usable(ladder, machine), rungs(ladder, machine));
  }

  /**
   * As {@link #choose}, but beginning at the named rung: it serves what it can, those below it the
   * rest.
   *
   * @param rung name of a provider
   * @throws KernelUnavailableException when no provider has that name, or the machine refuses it
   */
  public static Kernels force(List<KernelProvider> ladder, Machine machine, String rung) {
    KernelProvider forced = provider(ladder, rung);
    if (forced.availability(machine)
        instanceof Availability.Refused(String reason, String remedy)) {
      throw new KernelUnavailableException(
          "kernel rung %s cannot run here: %s; %s".formatted(rung, reason, remedy));
    }
    List<KernelProvider> below = ladder.subList(ladder.indexOf(forced), ladder.size());
    return new Kernels(usable(below, machine), rungs(ladder, machine));
  }

  /** The product with a weight matrix of {@code weightType}. */
  public MatMul matMul(TensorType weightType) {
    return matMul.get(weightType);
  }

  /**
   * Attention over a KV cache of {@code cacheType}.
   *
   * @throws KernelUnavailableException for a type no KV cache may have
   */
  public Attention attention(TensorType cacheType) {
    return ofCache("attention", attention, cacheType);
  }

  /**
   * Writing to a KV cache of {@code cacheType}.
   *
   * @throws KernelUnavailableException for a type no KV cache may have
   */
  public CacheWrite cacheWrite(TensorType cacheType) {
    return ofCache("cacheWrite", cacheWrite, cacheType);
  }

  private static <K> K ofCache(String operation, Map<TensorType, K> kernels, TensorType cacheType) {
    K kernel = kernels.get(cacheType);
    if (kernel == null) {
      throw new KernelUnavailableException(
          "%s: expected a KV cache type of %s, found %s"
              .formatted(operation, CACHE_TYPES, cacheType));
    }
    return kernel;
  }

  /** The Hadamard transform. */
  public Hadamard hadamard() {
    return hadamard;
  }

  /** Root-mean-square normalisation. */
  public RmsNorm rmsNorm() {
    return rmsNorm;
  }

  /** Rotary position embedding. */
  public Rope rope(RopePairing pairing) {
    return rope.get(pairing);
  }

  /** The gate of a feed-forward layer. */
  public GatedActivation gatedActivation(Activation activation) {
    return gatedActivation.get(activation);
  }

  /** An activation without a gate. */
  public PlainActivation plainActivation(Activation activation) {
    return plainActivation.get(activation);
  }

  /** Layer normalisation. */
  public LayerNorm layerNorm() {
    return layerNorm;
  }

  /** The softmax of a row. */
  public Softmax softmax() {
    return softmax;
  }

  /** The largest values of a row. */
  public Maxima maxima() {
    return maxima;
  }

  /** Vector addition. */
  public Add add() {
    return add;
  }

  /** Every operation with the kernel that serves it, in the order they are printed. */
  public List<Choice> choices() {
    return choices;
  }

  /** Every rung of the ladder, best first, with its availability on this machine. */
  public List<Rung> rungs() {
    return rungs;
  }

  private static List<KernelProvider> usable(List<KernelProvider> ladder, Machine machine) {
    return ladder.stream()
        .filter(provider -> provider.availability(machine) instanceof Availability.Usable)
        .toList();
  }

  private static List<Rung> rungs(List<KernelProvider> ladder, Machine machine) {
    return ladder.stream()
        .map(provider -> new Rung(provider.name(), provider.availability(machine)))
        .toList();
  }

  private static KernelProvider provider(List<KernelProvider> ladder, String rung) {
    return ladder.stream()
        .filter(provider -> provider.name().equals(rung))
        .findFirst()
        .orElseThrow(() ->
            new KernelUnavailableException(
                "kernel rung: expected one of %s, found %s"
                    .formatted(
                        ladder.stream().map(KernelProvider::name).collect(Collectors.joining(", ")),
                        rung)));
  }

  /** Asks providers in order and notes who answered. */
  private record Chooser(List<KernelProvider> providers, List<Choice> choices) {

    <K extends Kernel> K choose(
        String operation, String format, Function<KernelProvider, Optional<K>> ask) {
      for (KernelProvider provider : providers) {
        Optional<K> kernel = ask.apply(provider);
        if (kernel.isPresent()) {
          choices.add(new Choice(operation, format, kernel.get().name(), provider.name()));
          return kernel.get();
        }
      }
      throw new KernelUnavailableException(
          "no usable kernel rung of %s serves %s %s; the last rung of the ladder must serve it"
              .formatted(providers.stream().map(KernelProvider::name).toList(), operation, format));
    }
  }

  /**
   * @param operation such as {@code matMul}
   * @param format weight, cache or variant the operation was asked for, such as {@code Q8_0}; empty
   *     when there is only one
   * @param kernel name of the kernel that serves it
   * @param provider name of the rung it comes from
   */
  public record Choice(String operation, String format, String kernel, String provider) {}

  /** A rung and whether it can run here. */
  public record Rung(String provider, Availability availability) {}
}
