/**
 * Ids in, ids out: decides which sequences take part in the next forward pass, runs it and samples;
 * encodes pictures between the passes of the others.
 *
 * <p>Must not know text, files or HTTP: a picture arrives as pixels, and stands in prompts as a
 * negative id. One thread, the engine thread, owns scheduler, sequences, KV cache and the rows of
 * pictures; everybody else talks to it through {@link io.maque.engine.Engine#submit}, and asks
 * {@link io.maque.engine.ImageCache} for the ids of pictures. Start at {@link
 * io.maque.engine.Engine}; the policy is in {@link io.maque.engine.Scheduler}.
 */
package io.maque.engine;
