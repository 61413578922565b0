/**
 * Ids in, ids out: decides which sequences take part in the next forward pass, runs it and samples.
 *
 * <p>Must not know text, files or HTTP. One thread, the engine thread, owns scheduler, sequences
 * and KV cache; everybody else talks to it through {@link io.maque.engine.Engine#submit}. Start at
 * {@link io.maque.engine.Engine}; the policy is in {@link io.maque.engine.Scheduler}.
 */
package io.maque.engine;
