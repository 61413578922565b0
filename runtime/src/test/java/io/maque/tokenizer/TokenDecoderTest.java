package io.maque.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Streams of single bytes: in this vocabulary token n is byte n. */
class TokenDecoderTest {
  private static final long SEED = 20260103;

  private final Tokenizer tokenizer =
      TinyVocabulary.byteLevel("gpt-2").add("<|im_end|>", TokenType.CONTROL).tokenizer();

  private List<String> accept(TokenDecoder decoder, int... ids) {
    List<String> pieces = new ArrayList<>();
    for (int id : ids) {
      pieces.add(decoder.accept(id));
    }
    return pieces;
  }

  @Test
  void holdsACharacterBackUntilItIsComplete() {
    TokenDecoder decoder = tokenizer.decoder();
    assertThat(accept(decoder, 'a', 0xF0, 0x9F, 0x98, 0x80, 'b'))
        .containsExactly("a", "", "", "", "😀", "b");
    assertThat(decoder.flush()).isEmpty();
  }

  @Test
  void brokenTailReadsAsOneReplacementAndTheDecoderGoesOn() {
    TokenDecoder decoder = tokenizer.decoder();
    assertThat(accept(decoder, 0xF0, 0x9F, 0x98)).containsOnly("");
    assertThat(decoder.flush()).isEqualTo("\uFFFD");
    assertThat(decoder.flush()).isEmpty();
    assertThat(accept(decoder, 'x')).containsExactly("x");
  }

  @Test
  void controlTokensHaveNoText() {
    TokenDecoder decoder = tokenizer.decoder();
    assertThat(accept(decoder, 'a', 256, 'b')).containsExactly("a", "", "b");
  }

  @Test
  void anyBytesReadAsAnyUtf8DecoderReadsThem() {
    Random random = new Random(SEED);
    byte[] likely = {'a', (byte) 0x80, (byte) 0xBF, (byte) 0xC3, (byte) 0xE2, (byte) 0xF0, -1, 0};
    for (int run = 0; run < 20_000; run++) {
      byte[] bytes = new byte[1 + random.nextInt(9)];
      StringBuilder text = new StringBuilder();
      TokenDecoder decoder = tokenizer.decoder();
      for (int i = 0; i < bytes.length; i++) {
        boolean any = random.nextBoolean();
        bytes[i] = any ? (byte) random.nextInt(256) : likely[random.nextInt(likely.length)];
        text.append(decoder.accept(bytes[i] & 0xFF));
      }
      assertThat(text.append(decoder.flush()))
          .as("seed %d, run %d", SEED, run)
          .hasToString(new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Test
  void tokensLongerThanTheBuffersFit() {
    String stored = "é".repeat(5000);
    Tokenizer large =
        TinyVocabulary.byteLevel("gpt-2").add(stored, TokenType.USER_DEFINED).tokenizer();
    assertThat(large.decode(new int[] {0xC3, 256, 256})).isEqualTo("\uFFFD" + stored + stored);
  }

  @Test
  void bytesOfTokensAreThoseThatDecodingGives() {
    Tokenizer bytes =
        TinyVocabulary.byteLevel("qwen2", "Ġ a").add("<|end|>", TokenType.CONTROL).tokenizer();
    Tokenizer pieces =
        TinyVocabulary.sentencePiece("▁a").add("<tool>", TokenType.USER_DEFINED).tokenizer();

    assertThat(bytes.bytes(0xE2)).containsExactly(0xE2);
    assertThat(bytes.bytes(256)).asString(StandardCharsets.UTF_8).isEqualTo(" a");
    assertThat(bytes.bytes(257)).isEmpty();
    assertThat(pieces.bytes(0)).isEmpty();
    assertThat(pieces.bytes(3 + 0xE2)).containsExactly(0xE2);
    assertThat(pieces.bytes(259)).asString(StandardCharsets.UTF_8).isEqualTo(" a");
    assertThat(pieces.bytes(260)).asString(StandardCharsets.UTF_8).isEqualTo("<tool>");
    assertThatThrownBy(() -> bytes.bytes(258)).isInstanceOf(IllegalArgumentException.class);
  }
}
