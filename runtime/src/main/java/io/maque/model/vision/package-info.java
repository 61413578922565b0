/**
 * Image encoders, one file each, tower and projector together: hyper-parameters, tensors with their
 * shapes, block, encode. Start at {@link io.maque.model.vision.ClipLlava}.
 *
 * <p>No encoder keeps memory: what lies between pixels and rows is allocated from the arena that
 * comes with the call.
 *
 * <p>Knows no image format, no prompt and no text model: pixels come in normalised, rows go out.
 */
package io.maque.model.vision;
