/**
 * The portable fast path: every operation with the Vector API, for vectors of 128 to 512 bits. It
 * serves processors the code generator does not know, and machines that forbid generated code.
 *
 * <p>Start at {@link io.maque.kernel.vector.MatMulVector}: weights are decoded to f32 and
 * multiplied by one tile kernel, {@link io.maque.kernel.vector.Tile}, whatever their format; {@link
 * io.maque.kernel.vector.DecodeQ4_0} shows what a format costs. Only this package links the
 * incubating module, and only once {@link io.maque.kernel.vector.VectorProvider} has found it
 * present. It knows nothing of the other rungs.
 */
package io.maque.kernel.vector;
