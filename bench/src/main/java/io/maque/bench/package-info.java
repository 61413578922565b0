/**
 * The programs of this module: what the machine can do at best, how near the kernels come to it,
 * and where the time of a decode step goes.
 *
 * <p>Start at {@link io.maque.bench.Main}. Nothing in Maque uses this module, and it is never
 * published; {@code docs/benchmarks.md} says how to run it and what its figures mean.
 */
package io.maque.bench;
