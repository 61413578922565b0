package io.maque.model;

/**
 * The sizes that every text architecture has; names are the GGUF keys in camel case.
 *
 * @param architecture {@code general.architecture}
 * @param contextLength longest sequence the model was trained for
 * @param embeddingLength values per hidden state
 * @param blockCount layers
 * @param feedForwardLength inner width of the feed-forward layers
 * @param headCount query heads per layer
 * @param headCountKv K/V heads per layer
 * @param keyLength values per query and key head
 * @param valueLength values per value head
 * @param vocabularySize rows of the embedding matrix and of the logits
 */
public record TextModelConfig(
    String architecture,
    int contextLength,
    int embeddingLength,
    int blockCount,
    int feedForwardLength,
    int headCount,
    int headCountKv,
    int keyLength,
    int valueLength,
    int vocabularySize) {}
