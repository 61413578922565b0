/**
 * Load on a server, and what its clients felt: time to first token, time between tokens, tokens per
 * second, errors by kind, fairness. Speaks to any server with an OpenAI-compatible streaming API
 * and checks what that answers. Must not know Maque's own server or engine, so that every server is
 * measured with the same ruler.
 *
 * <p>Start at {@link io.maque.lab.measure.LoadRun}.
 */
package io.maque.lab.measure;
