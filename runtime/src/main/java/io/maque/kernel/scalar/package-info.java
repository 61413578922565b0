/**
 * The reference implementation of every operation: plain loops over the published formulas, sums in
 * double precision. Obvious before fast, it serves whatever the faster rungs do not, and every
 * other kernel is tested against it.
 *
 * <p>It knows nothing of the other rungs. Start at {@link io.maque.kernel.scalar.ScalarProvider}.
 */
package io.maque.kernel.scalar;
