package io.maque.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import io.maque.server.TinyServer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** LangChain4j's OpenAI module, which speaks through the JDK's client. */
@Timeout(60)
class LangChain4jTest {
  private static TinyServer server;
  private static String url;

  @BeforeAll
  static void start() {
    server = TinyServer.start();
    url = "http://127.0.0.1:" + server.port() + "/v1";
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void chats() {
    ChatResponse answer = model(TinyServer.MODEL).chat(UserMessage.from("Hello"));

    assertThat(answer.aiMessage().text()).isNotEmpty();
    assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(answer.tokenUsage().outputTokenCount()).isEqualTo(8);
    assertThat(answer.metadata().modelName()).isEqualTo(TinyServer.MODEL);
  }

  @Test
  void streamsTheSame() throws Exception {
    StringBuilder pieces = new StringBuilder();
    CompletableFuture<ChatResponse> complete = new CompletableFuture<>();
    OpenAiStreamingChatModel.builder()
        .baseUrl(url)
        .apiKey("none")
        .modelName(TinyServer.MODEL)
        .temperature(0.0)
        .maxTokens(8)
        .build()
        .chat(
            "Hello",
            new StreamingChatResponseHandler() {
              @Override
              public void onPartialResponse(String piece) {
                pieces.append(piece);
              }

              @Override
              public void onCompleteResponse(ChatResponse response) {
                complete.complete(response);
              }

              @Override
              public void onError(Throwable error) {
                complete.completeExceptionally(error);
              }
            });

    ChatResponse answer = complete.get();
    assertThat(pieces)
        .hasToString(answer.aiMessage().text())
        .hasToString(model(TinyServer.MODEL).chat("Hello"));
    assertThat(answer.tokenUsage().outputTokenCount()).isEqualTo(8);
  }

  @Test
  void embeds() {
    OpenAiEmbeddingModel model =
        OpenAiEmbeddingModel.builder()
            .baseUrl(url)
            .apiKey("none")
            .modelName(TinyServer.MODEL)
            .build();

    assertThat(model.embed("one").content().vector())
        .hasSize(server.model().card().embeddingLength());
  }

  @Test
  void errorsHaveTheirClass() {
    assertThatThrownBy(() -> model("none").chat("Hello"))
        .isInstanceOf(ModelNotFoundException.class);
    assertThatThrownBy(() ->
            OpenAiChatModel.builder()
                .baseUrl(url)
                .apiKey("none")
                .modelName(TinyServer.MODEL)
                .temperature(9.0)
                .build()
                .chat("Hello"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("temperature");
  }

  private static OpenAiChatModel model(String name) {
    return OpenAiChatModel.builder()
        .baseUrl(url)
        .apiKey("none")
        .modelName(name)
        .temperature(0.0)
        .maxTokens(8)
        .build();
  }
}
