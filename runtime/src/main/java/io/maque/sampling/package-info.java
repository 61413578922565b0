/**
 * From logits to the next token: bias, penalties, temperature, top-k, top-p and min-p, and the
 * log-probabilities of the model. Seeded: the same options and logits give the same tokens. A
 * {@link io.maque.sampling.TokenConstraint} narrows the choice from token to token.
 *
 * <p>Must not know text, models or sequences; a token is a number. Start at {@link
 * io.maque.sampling.Sampler}.
 */
package io.maque.sampling;
