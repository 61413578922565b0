package io.maque.generate;

/**
 * Where the time of a request went, in milliseconds.
 *
 * @param loadMillis opening the model, once before its first request
 * @param queueMillis from submission until work on the prompt began
 * @param imageDecodeMillis image files to pixels
 * @param preprocessMillis pixels to the shape and numbers that the image encoder takes
 * @param imageEncodeMillis those to embeddings, a part of {@code prefillMillis}; 0 for pictures
 *     that were encoded before
 * @param prefillMillis from the begin of work on the prompt to the first token
 * @param ttftMillis from submission to the first token: time to first token
 * @param decodeMillis from the first token to the last
 */
public record Timings(
    double loadMillis,
    double queueMillis,
    double imageDecodeMillis,
    double preprocessMillis,
    double imageEncodeMillis,
    double prefillMillis,
    double ttftMillis,
    double decodeMillis) {}
