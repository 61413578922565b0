/**
 * The layers of transformers in the papers' words, run by kernels: {@link io.maque.nn.Embedding},
 * {@link io.maque.nn.RmsNorm}, {@link io.maque.nn.FusedLinear}, {@link io.maque.nn.Rope}, {@link
 * io.maque.nn.Attention}, {@link io.maque.nn.FeedForward}.
 *
 * <p>A layer holds weights and kernels, never the state of a sequence: what a forward pass needs
 * comes in as a {@link io.maque.nn.Pass}. Knows no architecture and no file. Start at {@link
 * io.maque.nn.Attention}.
 *
 * <p>Parallel work is cut fine: each step of a layer is one region of {@link
 * io.maque.kernel.Workers}, over rows of the weights where there are weights and over tokens
 * elsewhere. A region of a single token runs in the calling thread.
 */
package io.maque.nn;
