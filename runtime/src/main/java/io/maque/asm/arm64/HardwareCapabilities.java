package io.maque.asm.arm64;

import io.maque.memory.ForeignFunction;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;

/**
 * Asks the operating system what the CPU can do. On ARM that is the only question there is: a
 * process may not read the identification registers itself, and the system counts only what it
 * supports.
 *
 * <p>On Linux the answer is in the auxiliary vector that each process is started with ({@code
 * <asm/hwcap.h>}). macOS answers {@code sysctlbyname("hw.optional.arm.FEAT_DotProd")} and {@code
 * "…FEAT_I8MM"}; it is not asked, as code cannot be made executable there without {@code MAP_JIT}
 * and an entitlement of the program.
 */
public final class HardwareCapabilities {
  private static final int AT_HWCAP = 16;
  private static final int AT_HWCAP2 = 26;

  /** Bits of AT_HWCAP. */
  private static final int ASIMDHP = 10;

  private static final int ASIMDDP = 20;

  /** Bits of AT_HWCAP2. */
  private static final int I8MM = 13;

  private static final int BF16 = 14;

  private HardwareCapabilities() {}

  /** The usable features of the CPU this runs on; Linux on 64-bit ARM only. */
  public static Set<ArmFeature> features() {
    ForeignFunction getauxval = ForeignFunction.ofLibrary("getauxval");
    return decode(ask(getauxval, AT_HWCAP), ask(getauxval, AT_HWCAP2));
  }

  private static long ask(ForeignFunction getauxval, int entry) {
    MemorySegment number = ForeignFunction.number(entry);
    return getauxval.call(number);
  }

  /** Pure decision on the two entries. */
  static Set<ArmFeature> decode(long hwcap, long hwcap2) {
    Set<ArmFeature> features = EnumSet.noneOf(ArmFeature.class);
    add(features, ArmFeature.FP16, hwcap, ASIMDHP);
    add(features, ArmFeature.DOTPROD, hwcap, ASIMDDP);
    add(features, ArmFeature.I8MM, hwcap2, I8MM);
    add(features, ArmFeature.BF16, hwcap2, BF16);
    return features;
  }

  private static void add(Set<ArmFeature> features, ArmFeature feature, long bits, int bit) {
    if ((bits >>> bit & 1) != 0) {
      features.add(feature);
    }
  }
}
