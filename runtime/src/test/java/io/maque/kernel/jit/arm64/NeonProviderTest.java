package io.maque.kernel.jit.arm64;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.kernel.Availability;
import io.maque.kernel.Machine;
import io.maque.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be said of the rungs on any machine. */
class NeonProviderTest {

  @ParameterizedTest
  @CsvSource({"Linux, amd64", "Mac OS X, aarch64", "Windows 11, aarch64"})
  void refusesOtherMachinesWithTheirNames(String os, String arch) {
    Availability availability = NeonProvider.i8mm().availability(new Machine(os, arch, 4));

    assertThat(availability)
        .isInstanceOfSatisfying(
            Availability.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .isEqualTo("made for Linux on aarch64, and this is " + os + " on " + arch));
  }

  @Test
  void servesEveryQuantisedFormatUnderItsOwnName() {
    for (TensorType type : TensorType.values()) {
      boolean quantised = type.blockSize() > 1;
      assertThat(NeonProvider.dotprod().matMul(type).map(kernel -> kernel.name()))
          .isEqualTo(quantised ? Optional.of("MatMul" + type + "NeonDotprod") : Optional.empty());
    }
  }

  /** A CPU without FEAT_I8MM would die of the others' instruction. */
  @ParameterizedTest
  @EnumSource(NeonIsa.class)
  void codeHoldsOnlyInstructionsOfItsSet(NeonIsa isa) {
    List<String> code = new ArrayList<>();
    for (TensorType type : TensorType.values()) {
      for (int tokens = 1; tokens <= NeonProduct.MAX_TOKENS; tokens++) {
        int count = tokens;
        NeonMatMuls.packer(type, isa)
            .ifPresent(packer -> code.addAll(packer.product(count).listing()));
      }
      NeonMatMuls.packer(type, isa).ifPresent(packer -> code.addAll(packer.pack().listing()));
    }

    assertThat(code).hasSizeGreaterThan(1000);
    assertThat(code.stream().anyMatch(line -> line.startsWith("smmla")))
        .isEqualTo(isa == NeonIsa.I8MM);
    assertThat(code.stream().anyMatch(line -> line.startsWith("sdot")))
        .isEqualTo(isa == NeonIsa.DOTPROD);
  }
}
