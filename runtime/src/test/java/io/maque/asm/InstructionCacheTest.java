package io.maque.asm;

import static io.maque.asm.arm64.X.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.maque.asm.arm64.NeonAssembler;
import org.junit.jupiter.api.Test;

class InstructionCacheTest {

  @Test
  void theWordsAreWhatTheAssemblerMakes() {
    NeonAssembler a = new NeonAssembler();
    Label data = new Label();
    Label instructions = new Label();
    a.mrsCtr(x2);
    a.mov(x3, 4);
    a.ubfx(x4, x2, 16, 4);
    a.lsl(x4, x3, x4);
    a.mov(x5, x0);
    a.bind(data);
    a.dcCvau(x5);
    a.add(x5, x5, x4);
    a.cmp(x5, x1);
    a.blo(data);
    a.dsbIsh();
    a.ubfx(x4, x2, 0, 4);
    a.lsl(x4, x3, x4);
    a.bind(instructions);
    a.icIvau(x0);
    a.add(x0, x0, x4);
    a.cmp(x0, x1);
    a.blo(instructions);
    a.dsbIsh();
    a.isb();
    a.ret();

    assertThat(InstructionCache.code()).isEqualTo(a.toBytes());
  }
}
