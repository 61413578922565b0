/**
 * Measures and scores models, ours in process or any OpenAI-compatible endpoint, and turns the
 * figures into reports and advice. Knows nothing of the command line.
 *
 * <p>So far there are measuring, {@link io.maque.lab.measure}, and pictures whose answers are
 * known, {@link io.maque.lab.cases}.
 */
package io.maque.lab;
