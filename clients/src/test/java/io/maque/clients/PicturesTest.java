package io.maque.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import io.maque.fixture.TinyVision;
import io.maque.server.TinyServer;
import java.awt.Color;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java libraries show a picture, each in the way its own documentation says. */
@Timeout(60)
class PicturesTest {
  private static final String PICTURE =
      Base64.getEncoder().encodeToString(TinyVision.png(50, 30, Color.ORANGE));

  private static TinyServer server;

  @BeforeAll
  static void start() {
    server = TinyServer.startWithEyes();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void theOfficialLibrary() {
    OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl(address()).apiKey("none").build();
    try {
      ChatCompletionContentPart picture =
          ChatCompletionContentPart.ofImageUrl(
              ChatCompletionContentPartImage.builder()
                  .imageUrl(
                      ChatCompletionContentPartImage.ImageUrl.builder()
                          .url("data:image/png;base64," + PICTURE)
                          .detail(ChatCompletionContentPartImage.ImageUrl.Detail.HIGH)
                          .build())
                  .build());
      ChatCompletionContentPart text =
          ChatCompletionContentPart.ofText(
              ChatCompletionContentPartText.builder().text("What is it?").build());

      ChatCompletion answer =
          client
              .chat()
              .completions()
              .create(
                  ChatCompletionCreateParams.builder()
                      .model(TinyServer.MODEL)
                      .addUserMessageOfArrayOfContentParts(List.of(picture, text))
                      .maxCompletionTokens(4)
                      .temperature(0)
                      .build());

      assertThat(answer.choices().getFirst().message().content()).isPresent();
      assertThat(answer.usage().orElseThrow().promptTokens())
          .isGreaterThan(TinyVision.IMAGE_TOKENS);
    } finally {
      client.close();
    }
  }

  @Test
  void langChain4j() {
    ChatResponse answer =
        OpenAiChatModel.builder()
            .baseUrl(address())
            .apiKey("none")
            .modelName(TinyServer.MODEL)
            .temperature(0.0)
            .maxTokens(4)
            .build()
            .chat(
                UserMessage.from(
                    TextContent.from("What is it?"), ImageContent.from(PICTURE, "image/png")));

    assertThat(answer.aiMessage().text()).isNotEmpty();
    assertThat(answer.tokenUsage().inputTokenCount()).isGreaterThan(TinyVision.IMAGE_TOKENS);
  }

  private static String address() {
    return "http://127.0.0.1:" + server.port() + "/v1";
  }
}
