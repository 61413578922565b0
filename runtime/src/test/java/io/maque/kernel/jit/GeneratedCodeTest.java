package io.maque.kernel.jit;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.kernel.Activation;
import io.maque.kernel.AttentionShape;
import io.maque.kernel.RopePairing;
import io.maque.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the code of each instruction set may hold; needs no CPU that can run it. */
class GeneratedCodeTest {

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AMX")
  void holdsOnlyInstructionsOfItsSet(Isa isa) {
    List<String> code = everyKernel(isa);

    assertThat(code).hasSizeGreaterThan(1000);
    List<String> dots = code.stream().filter(line -> line.contains("vpdp")).toList();
    switch (isa) {
      case AVX2 -> assertThat(dots).isEmpty();
      case AVX_VNNI -> assertThat(dots).isNotEmpty().allMatch(line -> line.startsWith("{vex} "));
      case AVX512_VNNI -> assertThat(dots).isNotEmpty().allMatch(line -> line.contains("zmm"));
      case AMX -> throw new AssertionError("see AmxProviderTest");
    }
    if (isa != Isa.AVX512_VNNI) {
      // That nothing else needs EVEX is what the assembler without AVX-512 refuses.
      assertThat(code).noneMatch(line -> line.contains("zmm") || line.matches(".*\\bk[0-7]\\b.*"));
    }
  }

  private static List<String> everyKernel(Isa isa) {
    List<String> code = new ArrayList<>();
    for (TensorType type : TensorType.values()) {
      MatMuls.packer(type, isa)
          .ifPresent(packer -> {
            code.addAll(packer.pack().listing());
            packer.single().ifPresent(single -> code.addAll(single.code().get().listing()));
            for (int tokens = 1; tokens <= PanelProduct.maxTokens(isa); tokens++) {
              code.addAll(new PanelProduct(packer.panel, tokens).generate().listing());
            }
          });
    }
    for (FloatFormat format : FloatFormat.values()) {
      code.addAll(FloatPanel.generate(format, isa).listing());
      for (int tokens = 1; tokens <= FloatProduct.maxTokens(isa); tokens++) {
        for (FloatProduct.Ahead ahead : FloatProduct.Ahead.values()) {
          code.addAll(new FloatProduct(format, ahead, isa, 1, tokens).generate().listing());
          code.addAll(
              new FloatProduct(format, ahead, isa, FloatProduct.ROWS, tokens).generate().listing());
        }
      }
    }
    code.addAll(AddJit.generate(isa).listing());
    code.addAll(RmsNormJit.generate(isa).listing());
    code.addAll(LayerNormJit.generate(isa).listing());
    code.addAll(SoftmaxJit.generate(isa).listing());
    code.addAll(MaximaJit.generate(isa).listing());
    for (RopePairing pairing : RopePairing.values()) {
      code.addAll(RopeJit.generate(isa, pairing).listing());
    }
    for (Activation activation : Activation.values()) {
      code.addAll(GatedActivationJit.generate(isa, activation).listing());
      code.addAll(PlainActivationJit.generate(isa, activation).listing());
    }
    AttentionShape shape = new AttentionShape(2, 60, 90, 1, 16);
    for (TensorType type : List.of(TensorType.F16, TensorType.F32)) {
      code.addAll(new AttentionRange(isa, shape, type).generate().listing());
    }
    code.addAll(new AttentionMerge(isa, shape).generateMerge().listing());
    code.addAll(new AttentionMerge(isa, shape).generateFinish().listing());
    return code;
  }
}
