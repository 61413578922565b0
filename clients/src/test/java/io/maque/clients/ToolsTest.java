package io.maque.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.maque.boot.OpenOptions;
import io.maque.fixture.TinyModels;
import io.maque.server.GuardedServer;
import io.maque.server.TinyServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls, structured answers and keys, as the libraries for Java write and read them. */
@Timeout(60)
class ToolsTest {
  /** Few tokens, since every byte of a prompt is one. */
  private static final String TEMPLATE =
      """
      {%- if tools -%}<tool_call>{%- endif -%}
      {%- for message in messages -%}{{ message.content }}{%- endfor -%}
      """;

  private static final List<String> DIRECTIONS = List.of("left", "right");

  private static TinyServer server;
  private static String url;

  /** A structured answer; the library makes the schema of it. */
  public static final class Verdict {
    public boolean sure;
    public Direction way;
  }

  /** The library makes a tool of it. */
  public static final class Move {
    public Direction to;
  }

  /** As JSON has it. */
  public enum Direction {
    left,
    right
  }

  @BeforeAll
  static void start() {
    server =
        TinyServer.start(
            TinyModels.withoutTemplate(7).put("tokenizer.chat_template", TEMPLATE),
            OpenOptions.DEFAULT);
    url = "http://127.0.0.1:" + server.port() + "/v1";
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void openAiReadsAStructuredAnswer() {
    Verdict verdict =
        client(url, "none")
            .chat()
            .completions()
            .create(question().responseFormat(Verdict.class).build())
            .choices()
            .getFirst()
            .message()
            .content()
            .orElseThrow();

    assertThat(verdict.way).isNotNull();
  }

  @Test
  void openAiReadsAForcedCall() {
    ChatCompletion answer =
        client(url, "none")
            .chat()
            .completions()
            .create(
                question()
                    .addTool(Move.class)
                    .parallelToolCalls(false)
                    .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
                    .build());

    ChatCompletion.Choice choice = answer.choices().getFirst();
    assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
    var call = choice.message().toolCalls().orElseThrow().getFirst().function().orElseThrow();
    assertThat(call.function().name()).isEqualTo("Move");
    assertThat(call.function().arguments(Move.class).to).isNotNull();
  }

  @Test
  void openAiKnowsWhoIsNotLetIn(@TempDir Path folder) throws Exception {
    Path keys = Files.writeString(folder.resolve("keys"), "someone sk-0123456789abcdef0123\n");
    try (GuardedServer guarded = new GuardedServer(folder, "api-key-file=" + keys)) {
      String guardedUrl = "http://127.0.0.1:" + guarded.port() + "/v1";
      OpenAIClient stranger = client(guardedUrl, "wrong");
      OpenAIClient someone = client(guardedUrl, "sk-0123456789abcdef0123");

      assertThatThrownBy(() -> stranger.models().list()).isInstanceOf(UnauthorizedException.class);
      assertThat(someone.models().list().data()).hasSize(2);
    }
  }

  @Test
  void langChain4jReadsAForcedCall() {
    ChatResponse answer =
        OpenAiChatModel.builder()
            .baseUrl(url)
            .apiKey("none")
            .modelName(TinyServer.MODEL)
            .parallelToolCalls(false)
            .build()
            .chat(call());

    assertCall(answer);
  }

  @Test
  void langChain4jReadsACallFromAStream() throws Exception {
    CompletableFuture<ChatResponse> complete = new CompletableFuture<>();
    OpenAiStreamingChatModel.builder()
        .baseUrl(url)
        .apiKey("none")
        .modelName(TinyServer.MODEL)
        .parallelToolCalls(false)
        .build()
        .chat(
            call(),
            new StreamingChatResponseHandler() {
              @Override
              public void onPartialResponse(String piece) {
                complete.completeExceptionally(new AssertionError("text: " + piece));
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

    assertCall(complete.get());
  }

  private static void assertCall(ChatResponse answer) {
    assertThat(answer.aiMessage().hasToolExecutionRequests()).isTrue();
    ToolExecutionRequest call = answer.aiMessage().toolExecutionRequests().getFirst();
    assertThat(call.id()).isNotEmpty();
    assertThat(call.name()).isEqualTo("move");
    assertThat(TinyServer.json(call.arguments()).at("/to").asText()).isIn(DIRECTIONS);
  }

  private static ChatRequest call() {
    return ChatRequest.builder()
        .messages(UserMessage.from("Where?"))
        .toolSpecifications(
            ToolSpecification.builder()
                .name("move")
                .parameters(
                    JsonObjectSchema.builder()
                        .addEnumProperty("to", DIRECTIONS)
                        .required("to")
                        .additionalProperties(false)
                        .build())
                .build())
        .toolChoice(ToolChoice.REQUIRED)
        .build();
  }

  private static ChatCompletionCreateParams.Builder question() {
    return ChatCompletionCreateParams.builder().model(TinyServer.MODEL).addUserMessage("Where?");
  }

  private static OpenAIClient client(String url, String key) {
    return OpenAIOkHttpClient.builder().baseUrl(url).apiKey(key).build();
  }
}
