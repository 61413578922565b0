package io.maque.model.multimodal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.maque.boot.ImageEncoders;
import io.maque.boot.KernelLadder;
import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.chat.Message;
import io.maque.engine.ImageStatistics;
import io.maque.generate.Generation;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationRequest;
import io.maque.generate.ImageReport;
import io.maque.generate.LanguageModel;
import io.maque.gguf.GgufFile;
import io.maque.image.ImageDecoder;
import io.maque.image.ImageLimits;
import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.kernel.WorkerPool;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageEncoder;
import io.maque.model.multimodal.GoldenLlava.Case;
import io.maque.quant.BlockFormat;
import io.maque.sampling.SampledToken;
import io.maque.sampling.SamplingOptions;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * LLaVA from the bytes of pictures to tokens, as transformers computes it: text models of both
 * architectures, encoder files of both kinds, pictures of all shapes, several, and over turns.
 */
@Timeout(120)
class LlavaTest {
  /** Rows relative to the largest value: both sides compute in f32. */
  private static final double ROWS_BOUND = 1e-4;

  private static final double LOGPROB_BOUND = 2e-3;
  private static final int TOKENS = 16;

  static final List<String> SHAPES = GoldenLlava.SHAPES;
  static final List<String> MODELS = GoldenLlava.MODELS;

  static List<Case> cases() {
    return GoldenLlava.cases();
  }

  @ParameterizedTest
  @FieldSource("SHAPES")
  void pixelsAreTheProcessors(String shape) throws Exception {
    assertThat(sha256(pixels(shape, Preprocessing.llava(56))))
        .isEqualTo(GoldenLlava.pixels("pad", shape));
    assertThat(sha256(pixels(shape, Preprocessing.clip(56))))
        .isEqualTo(GoldenLlava.pixels("crop", shape));
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void rowsAreTheProjectors(String model) {
    try (GgufFile file = GgufFile.open(GoldenLlava.encoder(model));
        GgufFile golden = GgufFile.open(GoldenLlava.FOLDER.resolve(model + ".rows.gguf"));
        WorkerPool workers = new WorkerPool(2)) {
      ImageEncoder encoder = ImageEncoders.load(file, KernelLadder.choose(Optional.empty()));
      for (String shape : SHAPES) {
        assertClose(
            rows(encoder, pixels(shape, encoder.preprocessing()), workers), golden.tensor(shape));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void promptsHoldThePicturesWhereTheyWereInTraining(Case golden) {
    try (LanguageModel model = open(golden.model())) {
      int[] ids = model.encode(request(golden).prompt());

      assertThat(numbered(ids, golden.images())).isEqualTo(golden.prompt());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAreThoseOfTheReference(Case golden) {
    try (LanguageModel model = open(golden.model())) {
      Generation answer = model.generate(request(golden), GenerationListener.NONE);

      assertAnswer(answer, golden);
      assertThat(answer.images()).hasSameSizeAs(golden.images());
      assertThat(answer.usage().imageTokens()).isEqualTo(TOKENS * golden.images().size());
      assertThat(answer.usage().promptTokens())
          .isEqualTo(golden.prompt().length + (TOKENS - 1) * golden.images().size());
    }
  }

  @Test
  void theSecondTurnKeepsThePictureAndDoesNotEncodeItAgain() {
    Case golden = GoldenLlava.find("llama", "second");
    try (LanguageModel model = open("llama")) {
      List<Message> first = golden.messages().subList(0, 1);
      Generation one = model.generate(request(first), GenerationListener.NONE);
      ImageStatistics before = model.statistics().images();
      Generation two = model.generate(request(golden), GenerationListener.NONE);
      ImageStatistics after = model.statistics().images();

      assertThat(one.timings().imageEncodeMillis()).isPositive();
      assertThat(before.encoded()).isEqualTo(1);
      assertThat(after.encoded()).isEqualTo(1);
      assertThat(two.timings().imageEncodeMillis()).isZero();
      assertThat(two.timings().imageDecodeMillis()).isZero();
      assertThat(two.usage().cachedTokens()).isGreaterThanOrEqualTo(TOKENS);
      assertAnswer(two, golden);
    }
  }

  @Test
  void anotherPictureInTheSamePlaceIsAnotherPrompt() {
    try (LanguageModel model = open("phi3")) {
      for (String shape : List.of("square", "tall", "square", "tiny", "tall")) {
        Case golden = GoldenLlava.find("phi3", shape);
        assertAnswer(model.generate(request(golden), GenerationListener.NONE), golden);
      }
      assertThat(model.statistics().images().encoded()).isEqualTo(3);
    }
  }

  @Test
  void theAnswerTellsWhatBecameOfThePictures() {
    try (LanguageModel model = open("llama")) {
      Generation answer =
          model.generate(request(GoldenLlava.find("llama", "several")), GenerationListener.NONE);

      Size seen = new Size(56, 56);
      assertThat(answer.images())
          .containsExactly(
              new ImageReport(new Size(300, 40), seen, TOKENS),
              new ImageReport(new Size(3, 2), seen, TOKENS),
              new ImageReport(new Size(80, 80), seen, TOKENS));
      assertThat(answer.timings().imageDecodeMillis()).isPositive();
      assertThat(answer.timings().preprocessMillis()).isPositive();
      assertThat(answer.timings().imageEncodeMillis())
          .isPositive()
          .isLessThanOrEqualTo(answer.timings().prefillMillis());
      assertThat(model.card().takesImages()).isTrue();
    }
  }

  // Running.

  private static LanguageModel open(String model) {
    return LanguageModels.open(
        GoldenLlava.text(model),
        OpenOptions.DEFAULT
            .withThreads(2)
            .withKvCacheType(TensorType.F32)
            .withProjector(GoldenLlava.encoder(model)));
  }

  private static GenerationRequest request(Case golden) {
    return request(golden.messages()).withMaxTokens(golden.tokens().length).withTopLogprobs(8);
  }

  private static GenerationRequest request(List<Message> messages) {
    return GenerationRequest.chat(messages)
        .withSampling(SamplingOptions.builder().temperature(0).build())
        .withMaxTokens(1);
  }

  private static void assertAnswer(Generation answer, Case golden) {
    assertThat(answer.tokens())
        .extracting(SampledToken::id)
        .containsExactly(boxed(golden.tokens()));
    for (int step = 0; step < golden.tokens().length; step++) {
      List<SampledToken.Candidate> top = answer.tokens().get(step).logprobs().orElseThrow().top();
      for (int rank = 0; rank < top.size(); rank++) {
        // Close ones may change places; their values are compared all the same.
        assertThat((double) top.get(rank).logprob())
            .as("%s, step %d, rank %d", golden, step, rank)
            .isCloseTo(golden.steps().get(step).get(rank).get(1).asDouble(), within(LOGPROB_BOUND));
      }
    }
  }

  private static Integer[] boxed(int[] values) {
    return IntStream.of(values).boxed().toArray(Integer[]::new);
  }

  /** Each run of a picture's id as one number, which says which picture it is. */
  private static int[] numbered(int[] ids, List<String> images) {
    List<Integer> numbered = new ArrayList<>();
    int image = 0;
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0) {
        assertThat(IntStream.range(i, i + TOKENS).map(at -> ids[at])).containsOnly(ids[i]);
        i += TOKENS - 1;
        numbered.add(-1 - image++);
      } else {
        numbered.add(ids[i]);
      }
    }
    assertThat(image).isEqualTo(images.size());
    return numbered.stream().mapToInt(id -> id).toArray();
  }

  private static PixelTensor pixels(String shape, Preprocessing preprocessing) {
    ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    return preprocessing.apply(decoder.decode(GoldenLlava.bytes(shape + ".png")));
  }

  private static String sha256(PixelTensor pixels) throws Exception {
    ByteBuffer bytes =
        ByteBuffer.allocate(pixels.values().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(pixels.values());
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
  }

  private static float[][] rows(ImageEncoder encoder, PixelTensor pixels, WorkerPool workers) {
    try (Arena arena = Arena.ofShared();
        Arena scratch = Arena.ofShared()) {
      ImageEmbedding out = encoder.newEmbedding(arena, pixels.processed());
      assertThat(encoder.encode(pixels, out, scratch, workers, () -> true)).isTrue();
      return IntStream.range(0, out.rows().rows())
          .mapToObj(out.rows()::toArray)
          .toArray(float[][]::new);
    }
  }

  private static void assertClose(float[][] found, Tensor golden) {
    assertThat(found).hasNumberOfRows(golden.rows());
    double largest = 0;
    double difference = 0;
    for (int row = 0; row < found.length; row++) {
      float[] expected = BlockFormat.decodeRow(golden, row);
      for (int i = 0; i < expected.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        difference = Math.max(difference, Math.abs(found[row][i] - expected[i]));
      }
    }
    assertThat(difference).as(golden.name()).isLessThan(ROWS_BOUND * largest);
  }
}
