/**
 * Where the time of a prompt and of decode steps goes: kernels that measure themselves.
 *
 * <p>Start at {@link io.maque.bench.profile.ModelProfile}.
 */
package io.maque.bench.profile;
