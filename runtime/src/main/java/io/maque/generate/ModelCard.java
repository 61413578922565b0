package io.maque.generate;

/**
 * What a model is, for people and listings.
 *
 * @param name {@code general.name} of the file, or the file's name
 * @param architecture {@code general.architecture}
 * @param parameterCount elements of all tensors, those of the image encoder included
 * @param fileType how the weights are stored, such as {@code Q4_K_M}
 * @param weightBytes bytes of the same tensors
 * @param trainedContextLength longest sequence the model was trained for
 * @param contextLength longest sequence it was opened for
 * @param embeddingLength values per hidden state
 * @param blockCount layers
 * @param vocabularySize tokens
 * @param hasChatTemplate whether it can converse
 * @param takesImages whether there may be pictures in what it converses about
 */
public record ModelCard(
    String name,
    String architecture,
    long parameterCount,
    String fileType,
    long weightBytes,
    int trainedContextLength,
    int contextLength,
    int embeddingLength,
    int blockCount,
    int vocabularySize,
    boolean hasChatTemplate,
    boolean takesImages) {}
