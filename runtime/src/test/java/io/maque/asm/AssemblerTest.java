package io.maque.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Encodings against GNU as; {@code scripts/golden/asm.py} regenerates the golden file. */
class AssemblerTest {
  private static final String GOLDEN = "/golden/asm/instructions.tsv";

  /** What the golden file says of operands that no CPU takes, such as a mix of widths. */
  private static final String REFUSED = "-";

  @Test
  void everyInstructionHasTheBytesOfGnuAs() throws IOException {
    List<InstructionCorpus.Entry> corpus = InstructionCorpus.entries();
    if ("write".equals(System.getProperty("maque.golden"))) {
      Files.write(
          Path.of("target", "instructions.txt"),
          corpus.stream().map(InstructionCorpus.Entry::text).toList());
      return;
    }
    Map<String, String> golden = golden();
    Set<String> checkedMethods = new TreeSet<>();
    List<String> wrong = new ArrayList<>();
    for (InstructionCorpus.Entry entry : corpus) {
      String expected = golden.get(entry.text());
      assertThat(expected).as("golden bytes of '%s'", entry.text()).isNotNull();
      if (!expected.equals(REFUSED)) {
        String found = HexFormat.of().formatHex(entry.bytes());
        if (!found.equals(expected)) {
          wrong.add("%s: expected %s, found %s".formatted(entry.text(), expected, found));
        }
        checkedMethods.add(entry.method());
      }
    }
    assertThat(wrong).isEmpty();

    Set<String> allMethods =
        InstructionCorpus.instructions().stream()
            .map(method -> method.toGenericString())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(checkedMethods).isEqualTo(allMethods).hasSizeGreaterThan(100);
  }

  @Test
  void jumpsReachLabelsInBothDirections() {
    Assembler a = new Assembler();
    Label back = new Label();
    Label ahead = new Label();
    a.bind(back);
    a.jz(ahead);
    a.jmp(back);
    a.bind(ahead);
    a.ret();

    assertThat(HexFormat.of().formatHex(a.toBytes())).isEqualTo("0f8405000000e9f5ffffffc3");
  }

  @Test
  void refusesWhatHasNoEncoding() {
    VectorAssembler a = new VectorAssembler();
    Label never = new Label();
    a.jmp(never);

    assertThatThrownBy(a::toBytes).hasMessageContaining("never bound");
    assertThatThrownBy(() -> a.vpsignb(Vec.zmm(0), Vec.zmm(1), Vec.zmm(2)))
        .hasMessageContaining("vpsignb has no 512-bit");
    assertThatThrownBy(() -> a.add(Gp.rax, Gp.rcx.low())).hasMessageContaining("two sizes");
    assertThatThrownBy(() -> Memory.mem(Gp.rax, Gp.rsp, 1, 0)).hasMessageContaining("rsp");
    assertThatThrownBy(() -> new Gp(16, 64)).hasMessageContaining("found 16");
  }

  @Test
  void codeForCpusWithoutAvx512HasNoneOfIt() {
    VectorAssembler a = VectorAssembler.withoutAvx512();
    a.vpaddd(Vec.ymm(15), Vec.ymm(1), Vec.ymm(2));

    assertThatThrownBy(() -> a.vpaddd(Vec.zmm(0), Vec.zmm(1), Vec.zmm(2)))
        .hasMessageContaining("vpaddd with these operands needs AVX-512");
    assertThatThrownBy(() -> a.vpaddd(Vec.ymm(16), Vec.ymm(1), Vec.ymm(2)))
        .hasMessageContaining("needs AVX-512");
    assertThatThrownBy(() -> a.vpaddd(Vec.ymm(0).masked(Mask.k1), Vec.ymm(1), Vec.ymm(2)))
        .hasMessageContaining("needs AVX-512");
    assertThatThrownBy(() -> a.vaddps(Vec.ymm(0), Vec.ymm(1), Memory.mem(Gp.rax).broadcasting()))
        .hasMessageContaining("needs AVX-512");
    assertThatThrownBy(() -> a.vshuff32x4(Vec.ymm(0), Vec.ymm(1), Vec.ymm(2), 0))
        .hasMessageContaining("vshuff32x4 with these operands needs AVX-512");
    assertThatThrownBy(() -> a.vpmovd2m(Mask.k1, Vec.ymm(0))).hasMessageContaining("needs AVX-512");
    assertThat(a.listing()).containsExactly("vpaddd ymm15, ymm1, ymm2");
  }

  private static Map<String, String> golden() throws IOException {
    Map<String, String> golden = new HashMap<>();
    try (InputStream file = AssemblerTest.class.getResourceAsStream(GOLDEN)) {
      for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        String[] fields = line.split("\t");
        golden.put(fields[1], fields[0]);
      }
    }
    return golden;
  }
}
