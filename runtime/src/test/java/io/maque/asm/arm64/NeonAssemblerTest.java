package io.maque.asm.arm64;

import static io.maque.asm.arm64.Address.mem;
import static io.maque.asm.arm64.V.v;
import static io.maque.asm.arm64.X.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.asm.Label;
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
class NeonAssemblerTest {
  private static final String GOLDEN = "/golden/asm/arm64.tsv";

  @Test
  void everyInstructionHasTheBytesOfGnuAs() throws IOException {
    List<NeonCorpus.Entry> corpus = NeonCorpus.entries();
    if ("write".equals(System.getProperty("maque.golden"))) {
      Files.write(
          Path.of("target", "arm64.txt"), corpus.stream().map(NeonCorpus.Entry::text).toList());
      return;
    }
    Map<String, String> golden = golden();
    Set<String> checkedMethods = new TreeSet<>();
    List<String> wrong = new ArrayList<>();
    for (NeonCorpus.Entry entry : corpus) {
      String expected = golden.get(entry.text());
      assertThat(expected).as("golden bytes of '%s'", entry.text()).isNotNull();
      String found = HexFormat.of().formatHex(entry.bytes());
      if (!found.equals(expected)) {
        wrong.add("%s: expected %s, found %s".formatted(entry.text(), expected, found));
      }
      checkedMethods.add(entry.method());
    }
    assertThat(wrong).isEmpty();

    Set<String> allMethods =
        NeonCorpus.instructions().stream()
            .map(method -> method.toGenericString())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(checkedMethods).isEqualTo(allMethods).hasSizeGreaterThan(70);
  }

  /** The bytes are those of GNU as for the listing, but for what fills up to the constants. */
  @Test
  void labelsAreReachedInBothDirections() {
    NeonAssembler a = new NeonAssembler();
    Label back = new Label();
    Label ahead = new Label();
    Label constants = new Label();
    a.bind(back);
    a.b(ahead);
    a.bne(ahead);
    a.blo(back);
    a.cbz(x3, ahead);
    a.cbnz(x30.w(), back);
    a.bind(ahead);
    a.ldr(v(9).q(), constants);
    a.ldr(v(10).d(), constants);
    a.ldr(v(11).s(), back);
    a.ret();
    a.align(16);
    a.bind(constants);
    a.data(new byte[] {1, 2, 3, 4});

    assertThat(HexFormat.of().formatHex(a.toBytes()))
        .isEqualTo(
            "0500001481000054c3ffff54430000b49effff35e900009cca00005c2bffff1cc0035fd6"
                + "00000000000000000000000001020304");
  }

  @Test
  void constantsTakeAsManyInstructionsAsTheyHaveParts() {
    NeonAssembler a = new NeonAssembler();
    a.mov(x3, 0x1234_0000_5678L);

    assertThat(a.listing()).containsExactly("movz x3, #22136, lsl #0", "movk x3, #4660, lsl #32");
  }

  @Test
  void refusesWhatHasNoEncoding() {
    NeonAssembler a = new NeonAssembler();
    Label far = new Label();
    a.cbz(x0, far);
    a.data(new byte[1 << 20]);
    a.bind(far);

    assertThatThrownBy(a::toBytes).hasMessageContaining("out of reach");
    assertThatThrownBy(() -> a.add(x0, x1.w(), 4)).hasMessageContaining("two sizes");
    assertThatThrownBy(() -> a.add(x0, x1, 4097)).hasMessageContaining("found 4097");
    assertThatThrownBy(() -> a.mul(x0, sp, x1)).hasMessageContaining("stack pointer");
    assertThatThrownBy(() -> a.ldr(x0, mem(x1, 257))).hasMessageContaining("257");
    assertThatThrownBy(() -> a.stp(v(0).q(), v(1).q(), mem(x1, 8))).hasMessageContaining("16");
    assertThatThrownBy(() -> a.sdot(v(0).s4(), v(1).b8(), v(2).b8()))
        .hasMessageContaining("sdot has no form with v0.4s, v1.8b");
    assertThatThrownBy(() -> a.shl(v(0).b16(), v(1).b16(), 8)).hasMessageContaining("shl");
    assertThatThrownBy(() -> new X(18, 64)).hasMessageContaining("not 18");
    assertThatThrownBy(() -> v(32)).hasMessageContaining("found 32");
  }

  private static Map<String, String> golden() throws IOException {
    Map<String, String> golden = new HashMap<>();
    try (InputStream file = NeonAssemblerTest.class.getResourceAsStream(GOLDEN)) {
      for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        String[] fields = line.split("\t");
        golden.put(fields[1], fields[0]);
      }
    }
    return golden;
  }
}
