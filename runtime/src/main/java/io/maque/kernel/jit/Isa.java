package io.maque.kernel.jit;

import io.maque.asm.CpuFeature;
import io.maque.asm.Cpuid;
import io.maque.asm.TilePermission;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Availability;
import io.maque.kernel.Machine;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * An instruction set that kernels are made for: how wide a register is, how many there are, and how
 * an int8 dot product is formed ({@link Int8Dot}). The generators are the same for all.
 */
enum Isa {
  /** 256 bits, {@code vpmaddubsw}: AMD Zen 1 to 4 and Intel since Haswell. */
  AVX2("Avx2", 256, List.of(CpuFeature.AVX2, CpuFeature.FMA, CpuFeature.F16C)),

  /** 256 bits, {@code vpdpbusd} with a VEX encoding: Intel clients since Alder Lake. */
  AVX_VNNI(
      "AvxVnni",
      256,
      List.of(CpuFeature.AVX2, CpuFeature.FMA, CpuFeature.F16C, CpuFeature.AVX_VNNI)),

  /** 512 bits, {@code vpdpbusd}: Intel servers since Cascade Lake and AMD since Zen 4. */
  AVX512_VNNI(
      "Avx512Vnni",
      512,
      List.of(
          CpuFeature.AVX2,
          CpuFeature.FMA,
          CpuFeature.F16C,
          CpuFeature.AVX512F,
          CpuFeature.AVX512BW,
          CpuFeature.AVX512DQ,
          CpuFeature.AVX512VL,
          CpuFeature.AVX512_VNNI)),

  /**
   * Tiles of 16 rows and 64 bytes, {@code tdpbssd}: Intel servers since Sapphire Rapids. For
   * products with many activations ({@link TileProduct}); all else is {@link #AVX512_VNNI}.
   */
  AMX(
      "Amx",
      512,
      List.of(
          CpuFeature.AVX2,
          CpuFeature.FMA,
          CpuFeature.F16C,
          CpuFeature.AVX512F,
          CpuFeature.AVX512BW,
          CpuFeature.AVX512DQ,
          CpuFeature.AVX512VL,
          CpuFeature.AVX512_VNNI,
          CpuFeature.AMX_TILE,
          CpuFeature.AMX_INT8));

  private final String suffix;
  private final int bits;
  private final List<CpuFeature> needed;

  Isa(String suffix, int bits, List<CpuFeature> needed) {
    this.suffix = suffix;
    this.bits = bits;
    this.needed = needed;
  }

  /** As the names of kernels end. */
  String suffix() {
    return suffix;
  }

  /** Vector register {@code number} in full width. */
  Vec v(int number) {
    return new Vec(number, bits, 0, false);
  }

  /** Bytes of a vector register. */
  int bytes() {
    return bits / 8;
  }

  /** 32-bit elements of a vector register. */
  int floats() {
    return bytes() / Float.BYTES;
  }

  /** 128-bit lanes of a vector register. */
  int lanes() {
    return bits / 128;
  }

  /** Vector registers; the upper sixteen need AVX-512. */
  int registers() {
    return bits == 512 ? 32 : 16;
  }

  /** Whether instructions take a mask of the elements they concern. */
  boolean hasMasks() {
    return bits == 512;
  }

  /** Whether one instruction adds four products of bytes to a 32-bit sum. */
  boolean hasVnni() {
    return this != AVX2;
  }

  /** Whether products are formed in tiles, which a process must ask for. */
  boolean hasTiles() {
    return this == AMX;
  }

  /** An assembler that refuses what the CPU could not run. */
  VectorAssembler assembler() {
    return bits == 512 ? new VectorAssembler() : VectorAssembler.withoutAvx512();
  }

  /** Whether kernels for it can run here. */
  Availability availability(Machine machine) {
    Optional<Availability.Refused> refusal = MachineCode.refusal(machine, "amd64");
    if (refusal.isPresent()) {
      return refusal.get();
    }
    return decide(Cpuid.features(), TilePermission::request);
  }

  /**
   * Pure decision.
   *
   * @param permission asks for tiles: why there are none, or empty
   */
  Availability decide(Set<CpuFeature> features, Supplier<Optional<String>> permission) {
    Set<CpuFeature> missing = EnumSet.copyOf(needed);
    missing.removeAll(features);
    Optional<String> reason = Optional.empty();
    if (!missing.isEmpty()) {
      reason = Optional.of("the CPU or the operating system lacks " + missing);
    } else if (hasTiles()) {
      reason = permission.get();
    }
    return reason.isEmpty()
        ? new Availability.Usable()
        : new Availability.Refused(reason.get(), "nothing; other rungs serve");
  }
}
