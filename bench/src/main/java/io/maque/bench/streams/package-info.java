/**
 * How many tokens per second a model decodes for several requests at once, as a server has them.
 *
 * <p>Start at {@link io.maque.bench.streams.Streams}.
 */
package io.maque.bench.streams;
