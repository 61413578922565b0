package io.maque.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ChunkReaderTest {

  @Test
  void aGoodAnswerBreaksNoRule() {
    ChunkReader chat = new ChunkReader(Endpoint.Api.CHAT);

    assertThat(chat.accept(Chunks.role())).isFalse();
    assertThat(chat.accept(Chunks.content("a"))).isTrue();
    assertThat(chat.accept(Chunks.finish())).isFalse();
    assertThat(chat.accept(Chunks.usage(5, 3, 2))).isFalse();
    chat.end();

    assertThat(chat.violations()).isEmpty();
    assertThat(chat.promptTokens()).hasValue(5);
    assertThat(chat.cachedTokens()).hasValue(3);
    assertThat(chat.completionTokens()).hasValue(2);
  }

  @Test
  void completionsHaveTheirOwnShape() {
    ChunkReader completions = new ChunkReader(Endpoint.Api.COMPLETIONS);

    assertThat(completions.accept(Chunks.text("a", "null"))).isTrue();
    assertThat(completions.accept(Chunks.text("", "\"length\""))).isFalse();
    completions.end();

    assertThat(completions.violations()).isEmpty();
    assertThat(completions.completionTokens()).isEmpty();
  }

  @Test
  void reasoningAndToolCallsAreText() {
    ChunkReader chat = new ChunkReader(Endpoint.Api.CHAT);
    chat.accept(Chunks.role());

    assertThat(chat.accept(delta("{\"reasoning_content\":\"hm\"}"))).isTrue();
    assertThat(chat.accept(delta("{\"tool_calls\":[{\"index\":0}]}"))).isTrue();
    assertThat(chat.accept(delta("{\"tool_calls\":[]}"))).isFalse();
  }

  @Test
  void brokenRulesAreNotedOnceEach() {
    ChunkReader chat = new ChunkReader(Endpoint.Api.CHAT);

    chat.accept("{\"id\":\"other\",\"object\":\"thing\"}");
    chat.accept(Chunks.content("no role"));
    chat.accept(Chunks.finish());
    chat.accept(Chunks.content("late"));
    chat.accept(Chunks.content("later"));

    assertThat(chat.violations())
        .containsExactlyInAnyOrder(
            "the object of a chunk is not chat.completion.chunk",
            "a chunk has no choices",
            "the chunks do not have one id",
            "the first chunk does not say that the assistant speaks",
            "a chunk follows the finish reason");
    ChunkReader unfinished = new ChunkReader(Endpoint.Api.CHAT);
    unfinished.end();
    assertThat(unfinished.violations()).containsExactly("no finish reason");
  }

  @Test
  void whatCannotBeReadIsAFailure() {
    ChunkReader chat = new ChunkReader(Endpoint.Api.CHAT);

    for (String data : new String[] {"", "{", "[1]", "nonsense"}) {
      assertThatThrownBy(() -> chat.accept(data)).isInstanceOf(StreamFailedException.class);
    }
    assertThatThrownBy(() -> chat.accept("{\"error\":{\"message\":\"out of memory\"}}"))
        .isInstanceOfSatisfying(
            StreamFailedException.class,
            e -> assertThat(e.failure().kind()).isEqualTo("error in stream"))
        .hasMessageContaining("out of memory");
  }

  private static String delta(String delta) {
    return "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"delta\":%s}]}"
        .formatted(delta);
  }
}
