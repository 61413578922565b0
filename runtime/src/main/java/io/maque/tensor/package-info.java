/**
 * What a tensor is: {@link io.maque.tensor.TensorType} (storage format), {@link
 * io.maque.tensor.Shape} and {@link io.maque.tensor.Tensor} (name, type, shape and bytes), and
 * {@link io.maque.tensor.FloatMatrix} for activations.
 *
 * <p>No arithmetic on elements lives here: {@code quant} defines what the bytes of a format mean,
 * {@code kernel} computes with them. Nothing here knows of files or models.
 */
package io.maque.tensor;
