/**
 * Measured time. The only package that reads a clock, so that everything else can be tested without
 * waiting and no computation depends on the hour.
 *
 * <p>Must not know what is being measured. Start at {@link io.maque.metrics.Stopwatch}.
 */
package io.maque.metrics;
