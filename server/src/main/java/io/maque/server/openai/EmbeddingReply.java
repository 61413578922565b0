package io.maque.server.openai;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/** An answer to {@code POST /v1/embeddings}. */
public record EmbeddingReply(
    String object, List<Embedding> data, String model, EmbeddingUsage usage) {

  /** One vector: {@code embedding} is an array of floats or a text in base64. */
  record Embedding(String object, int index, Object embedding) {}

  /** Tokens of all texts. */
  record EmbeddingUsage(int promptTokens, int totalTokens) {}

  /**
   * @param model the one that answered
   * @param tokens of the texts
   * @param vectors one for each text
   */
  public static EmbeddingReply of(
      EmbeddingRequest request, String model, List<int[]> tokens, List<float[]> vectors) {
    int count = tokens.stream().mapToInt(ids -> ids.length).sum();
    List<Embedding> data =
        IntStream.range(0, vectors.size())
            .mapToObj(i -> new Embedding("embedding", i, written(request, vectors.get(i))))
            .toList();
    return new EmbeddingReply("list", data, model, new EmbeddingUsage(count, count));
  }

  private static Object written(EmbeddingRequest request, float[] vector) {
    return request.base64() ? base64(vector) : vector;
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
