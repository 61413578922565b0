/**
 * The limits of the machine, measured with our own machine code: memory read and multiply-adds.
 *
 * <p>Start at {@link io.maque.bench.limits.Limits}. Knows no kernel of Maque, so that a slow kernel
 * cannot lower the bar it is measured by.
 */
package io.maque.bench.limits;
