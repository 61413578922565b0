/**
 * Measures and scores models, ours in process or any OpenAI-compatible endpoint, and turns the
 * figures into reports and advice. Knows nothing of the command line.
 *
 * <p>So far there are measuring, {@link io.maque.lab.measure}, pictures whose answers are known,
 * {@link io.maque.lab.cases}, and counting right answers to them, {@link io.maque.lab.evaluate}.
 */
package io.maque.lab;
