package io.maque.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.engine.FinishReason;
import io.maque.fixture.TinyModels;
import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.generate.ModelCard;
import io.maque.generate.Timings;
import io.maque.generate.Usage;
import io.maque.sampling.SampledToken;
import io.maque.sampling.SampledToken.Candidate;
import io.maque.sampling.SampledToken.Logprobs;
import io.maque.server.http.ErrorFormat;
import io.maque.server.http.HttpException;
import io.maque.server.http.Json;
import io.maque.server.http.JsonFields;
import io.maque.server.openai.ChatCompletionChunk.Delta;
import io.maque.server.picture.Pictures;
import io.maque.server.picture.RemotePictures;
import io.maque.server.router.ModelEntry;
import io.maque.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One reply of each kind, to the letter. See the README beside the files. */
class GoldenRepliesTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/openai");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Tokenizer TOKENIZER = Tokenizer.from(TinyModels.vocabulary().metadata());
  private static final Pictures PICTURES = new Pictures(RemotePictures.from(List.of()));
  private static final ReplyIdentity IDENTITY =
      new ReplyIdentity("chatcmpl-1", 1_700_000_000, "tiny", "fp_1");
  private static final Generation GENERATION =
      new Generation(
          "the an",
          List.of(new SampledToken(id("th"), Optional.empty()), token("e", -3f, "an")),
          List.of(token("the", -0.25f, "an"), token("an", -1.5f, "the")),
          FinishReason.STOP,
          new Usage(12, 8, 3, 0),
          new Timings(0, 0.5, 0, 0, 0, 20, 21, 30),
          List.of());

  private static int id(String piece) {
    return TOKENIZER.find(piece).orElseThrow();
  }

  private static SampledToken token(String piece, float logprob, String other) {
    List<Candidate> top =
        List.of(new Candidate(id(piece), logprob), new Candidate(id(other), -7.5f));
    return new SampledToken(id(piece), Optional.of(new Logprobs(logprob, top)));
  }

  private static ChatCompletionRequest chat(String more) {
    String body = "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]" + more + "}";
    return ChatCompletionRequest.read(JsonFields.of(read(body)), PICTURES);
  }

  private static CompletionRequest completion(String more) {
    return CompletionRequest.read(JsonFields.of(read("{\"prompt\": \"the\"" + more + "}")));
  }

  @Test
  void chatCompletion() {
    check("chat-completion", replies(chat("")).whole(List.of(GENERATION)));
    check(
        "chat-completion-logprobs",
        replies(chat(", \"logprobs\": true, \"top_logprobs\": 2")).whole(List.of(GENERATION)));
    ChatCompletionRequest shortForm =
        ChatCompletionRequest.read(JsonFields.of(read("{\"prompt\": \"a\"}")), PICTURES);
    check("chat-completion-short", replies(shortForm).whole(List.of(GENERATION)));
  }

  @Test
  void chatCompletionChunks() {
    ChatReplies replies = replies(chat(""));
    check("chat-chunk-begin", replies.begin(0));
    check("chat-chunk-piece", replies.piece(0, Delta.text("the")));
    check("chat-chunk-end", replies.end(0, GENERATION, false));
    check("chat-chunk-usage", replies.usage(List.of(GENERATION)));
  }

  private static ChatReplies replies(ChatCompletionRequest request) {
    return new ChatReplies(
        request,
        IDENTITY,
        TOKENIZER,
        listener -> request.tools().reader(Optional.empty(), false, listener));
  }

  @Test
  void completion() {
    CompletionReplies replies =
        new CompletionReplies(completion(", \"echo\": true, \"logprobs\": 2"), IDENTITY, TOKENIZER);
    check("completion-echo-logprobs", replies.whole(List.of(GENERATION)));
    check("completion-part", replies.piece(0, new Piece("the", GENERATION.tokens()), 3));
  }

  @Test
  void embeddings() {
    EmbeddingRequest floats = EmbeddingRequest.read(JsonFields.of(read("{\"input\": \"a\"}")));
    EmbeddingRequest base64 =
        EmbeddingRequest.read(
            JsonFields.of(read("{\"input\": \"a\", \"encoding_format\": \"base64\"}")));
    List<int[]> tokens = List.of(new int[] {1, 2});
    List<float[]> vectors = List.of(new float[] {0.5f, -0.25f});
    check("embedding-floats", EmbeddingReply.of(floats, "tiny", tokens, vectors));
    check("embedding-base64", EmbeddingReply.of(base64, "tiny", tokens, vectors));
  }

  @Test
  void models() {
    ModelCard card =
        new ModelCard("Tiny", "llama", 12_345, "Q8_0", 6_789, 512, 256, 32, 2, 268, true, false);
    ModelEntry loaded =
        new ModelEntry("tiny", true, List.of("completion", "chat"), Optional.of(card));
    ModelEntry unknown = new ModelEntry("other", false, List.of("completion"), Optional.empty());
    check("models", ModelReply.list(List.of(loaded, unknown), 1_700_000_000));
  }

  @Test
  void error() {
    check(
        "error",
        ErrorFormat.OPENAI.body(
            HttpException.badField("invalid_value", "top_p", "expected 0 to 1, found 7")));
  }

  private static void check(String name, Object reply) {
    Path file = FOLDER.resolve(name + ".json");
    JsonNode found = Json.tree(reply);
    try {
      if ("write".equals(System.getProperty("maque.golden"))) {
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(found);
        Files.writeString(file, text + "\n");
      }
      assertThat(JSON.readTree(Json.write(reply))).isEqualTo(JSON.readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
