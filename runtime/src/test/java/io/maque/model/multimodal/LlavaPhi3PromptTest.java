package io.maque.model.multimodal;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.chat.ChatFormat;
import io.maque.chat.ChatPrompt;
import io.maque.chat.ImageDetail;
import io.maque.chat.ImagePlaceholder;
import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.fixture.RealModels;
import io.maque.gguf.GgufFile;
import io.maque.tokenizer.Tokenizer;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The ids of LLaVA-Phi3-mini's prompts, as xtuner encodes them in training, with Phi-3's tokens.
 */
@Tag("real")
class LlavaPhi3PromptTest {
  private static final String VOCABULARY = "../llama.cpp-models/ggml-vocab-phi-3.gguf";

  private static final int BOS = 1;
  private static final int USER = 32010;
  private static final int END = 32007;
  private static final int ASSISTANT = 32001;
  private static final int SPACE = 29871;
  private static final int LINE_BREAK = 13;

  @Test
  void thePictureStandsBeforeTheQuestionAndEitherSideIsEncodedOnItsOwn() {
    try (GgufFile file = GgufFile.open(RealModels.path(VOCABULARY))) {
      Tokenizer tokenizer = Tokenizer.from(file.metadata());
      // Only prompts are made: no encoder is asked.
      LlavaPhi3 llava = new LlavaPhi3(null);
      String template = llava.builtInTemplate(tokenizer).orElseThrow();
      ChatFormat format =
          new ChatFormat(
              template, tokenizer, Clock.systemUTC(), Optional.of(llava.imageMarkup(template)));
      Part.Image image = new Part.Image(new byte[1], ImageDetail.AUTO);

      ChatPrompt prompt =
          format.encode(
              List.of(Message.user(List.of(image), "What is shown?")),
              List.of(),
              Map.of(),
              true,
              List.of(new ImagePlaceholder(-7, 2)));

      // "What", "▁is", "▁shown", "?"
      assertThat(prompt.ids())
          .containsExactly(
              BOS, USER, -7, -7, SPACE, LINE_BREAK, 5618, 338, 4318, 29973, END, ASSISTANT);
      assertThat(prompt.imageBegins()).containsExactly(2);
    }
  }
}
