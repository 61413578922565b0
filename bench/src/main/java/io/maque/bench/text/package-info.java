/**
 * JMH benchmarks of what happens before and after the model: opening a file, templates, tokens.
 *
 * <p>Start at {@link io.maque.bench.text.TokenizerBenchmark}. All need the fixtures that {@code
 * scripts/fetch-fixtures} brings.
 */
package io.maque.bench.text;
