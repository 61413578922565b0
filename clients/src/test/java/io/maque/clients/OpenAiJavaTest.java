package io.maque.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import io.maque.generate.GenerationRequest;
import io.maque.sampling.SamplingOptions;
import io.maque.server.EndlessModel;
import io.maque.server.TinyServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The official library for Java. */
@Timeout(60)
class OpenAiJavaTest {
  private static TinyServer server;
  private static OpenAIClient client;

  @BeforeAll
  static void start() {
    server = TinyServer.start();
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl("http://127.0.0.1:" + server.port() + "/v1")
            .apiKey("none")
            .build();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  @Test
  void listsModels() {
    assertThat(client.models().list().autoPager().stream().map(Model::id))
        .contains(TinyServer.MODEL);
    assertThat(client.models().retrieve(TinyServer.MODEL).ownedBy()).isEqualTo("maque");
  }

  @Test
  void chats() {
    ChatCompletion answer = client.chat().completions().create(question().build());

    ChatCompletion.Choice choice = answer.choices().getFirst();
    assertThat(choice.message().content()).hasValue(expected());
    assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
    assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(8);
    assertThat(answer.usage().orElseThrow().promptTokens()).isPositive();
    answer.validate();
  }

  @Test
  void streamsWithUsage() {
    StringBuilder text = new StringBuilder();
    long[] tokens = new long[1];
    try (StreamResponse<ChatCompletionChunk> chunks =
        client
            .chat()
            .completions()
            .createStreaming(
                question()
                    .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
                    .build())) {
      chunks.stream()
          .forEach(chunk -> {
            chunk.validate();
            chunk.choices().forEach(choice -> choice.delta().content().ifPresent(text::append));
            chunk.usage().ifPresent(usage -> tokens[0] = usage.completionTokens());
          });
    }

    assertThat(text).hasToString(expected());
    assertThat(tokens[0]).isEqualTo(8);
  }

  @Test
  void leavesAStream() throws Exception {
    try (StreamResponse<ChatCompletionChunk> chunks =
        client.chat().completions().createStreaming(question().model(TinyServer.ENDLESS).build())) {
      assertThat(chunks.stream().limit(3).toList()).hasSize(3);
      assertThat(EndlessModel.running()).isOne();
    }
    Eventually.await("the answer is cancelled", () -> EndlessModel.running() == 0);
  }

  @Test
  @SuppressWarnings("deprecation") // OpenAI calls seeds old; servers of open models have them.
  void asksForSeveralAnswersThatASeedRepeats() {
    ChatCompletionCreateParams three = question().temperature(1.0).seed(7).n(3).build();

    List<String> texts = texts(client.chat().completions().create(three));

    assertThat(texts).hasSize(3).doesNotHaveDuplicates();
    assertThat(texts(client.chat().completions().create(three))).isEqualTo(texts);
  }

  private static List<String> texts(ChatCompletion answer) {
    return answer.choices().stream()
        .map(choice -> choice.message().content().orElseThrow())
        .toList();
  }

  @Test
  void stops() {
    String stop = expected().substring(2, 3);

    ChatCompletion answer = client.chat().completions().create(question().stop(stop).build());

    assertThat(texts(answer)).containsExactly(expected().substring(0, expected().indexOf(stop)));
    assertThat(answer.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
  }

  @Test
  void readsLogProbabilities() {
    ChatCompletion answer =
        client.chat().completions().create(question().logprobs(true).topLogprobs(3).build());

    var tokens = answer.choices().getFirst().logprobs().orElseThrow().content().orElseThrow();
    assertThat(tokens).hasSize(8);
    assertThat(tokens)
        .allSatisfy(token -> {
          assertThat(token.logprob()).isNegative();
          assertThat(token.topLogprobs()).hasSize(3);
          assertThat(token.topLogprobs().getFirst().logprob())
              .isCloseTo(token.logprob(), within(1e-6));
        });
  }

  @Test
  void continuesText() {
    Completion answer =
        client
            .completions()
            .create(
                CompletionCreateParams.builder()
                    .model(TinyServer.MODEL)
                    .prompt("Hello")
                    .maxTokens(4)
                    .echo(true)
                    .logprobs(1)
                    .build());

    assertThat(answer.choices().getFirst().text()).startsWith("Hello");
    assertThat(answer.choices().getFirst().logprobs().orElseThrow().tokens().orElseThrow())
        .hasSizeGreaterThan(4);
  }

  @Test
  void embeds() {
    CreateEmbeddingResponse answer =
        client
            .embeddings()
            .create(
                EmbeddingCreateParams.builder()
                    .model(TinyServer.MODEL)
                    .inputOfArrayOfStrings(List.of("one", "two"))
                    .build());

    assertThat(answer.data()).hasSize(2);
    assertThat(answer.data().getFirst().embedding())
        .hasSize(server.model().card().embeddingLength());
    double square =
        answer.data().get(1).embedding().stream().mapToDouble(value -> value * value).sum();
    assertThat(square).isCloseTo(1, within(1e-4));
  }

  @Test
  void errorsHaveTheirClass() {
    assertThatThrownBy(() -> client.chat().completions().create(question().topLogprobs(99).build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("top_logprobs");
    assertThatThrownBy(() -> client.chat().completions().create(question().model("none").build()))
        .isInstanceOfSatisfying(
            NotFoundException.class, error -> assertThat(error.code()).hasValue("model_not_found"));
    assertThatThrownBy(() -> client.models().retrieve("none"))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void imagesAreRefusedInWords() {
    ChatCompletionContentPart image =
        ChatCompletionContentPart.ofImageUrl(
            ChatCompletionContentPartImage.builder()
                .imageUrl(
                    ChatCompletionContentPartImage.ImageUrl.builder()
                        .url("data:image/png;base64,aGk=")
                        .build())
                .build());
    assertThatThrownBy(() ->
            client
                .chat()
                .completions()
                .create(question().addUserMessageOfArrayOfContentParts(List.of(image)).build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("cannot read images");
  }

  private static ChatCompletionCreateParams.Builder question() {
    return ChatCompletionCreateParams.builder()
        .model(TinyServer.MODEL)
        .addUserMessage("Hello")
        .temperature(0.0)
        .maxCompletionTokens(8);
  }

  private static String expected() {
    return server
        .model()
        .generate(
            GenerationRequest.chat("Hello").withMaxTokens(8).withSampling(SamplingOptions.GREEDY),
            piece -> {})
        .text();
  }
}
