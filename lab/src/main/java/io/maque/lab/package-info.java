/**
 * Measures and scores models, ours in process or any OpenAI-compatible endpoint, and turns the
 * figures into reports and advice. Knows nothing of the command line.
 */
package io.maque.lab;
