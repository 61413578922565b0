/**
 * The definition of every storage format: one file per format with its block layout in the header
 * comment, a scalar decoder that gives the reference implementation's f32 values bit for bit, and,
 * for the formats that Maque writes, a scalar encoder that gives its bytes.
 *
 * <p>Obvious before fast: kernels are faster and are tested against this package. It knows nothing
 * of files or models. Start at {@link io.maque.quant.BlockFormat}, then read {@link
 * io.maque.quant.Q4_0}. Layouts and arithmetic follow ggml's {@code ggml-quants.c}.
 */
package io.maque.quant;
