/**
 * Measures and scores models, ours in process or any OpenAI-compatible endpoint, and turns the
 * figures into reports and advice. Knows nothing of the command line.
 *
 * <p>So far the module holds only this promise.
 */
package io.maque.lab;
