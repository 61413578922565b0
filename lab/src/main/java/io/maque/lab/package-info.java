/**
 * Measures and scores models, ours in process or any OpenAI-compatible endpoint, and turns the
 * figures into reports and advice. Knows nothing of the command line.
 *
 * <p>So far only measuring is there: {@link io.maque.lab.measure}.
 */
package io.maque.lab;
