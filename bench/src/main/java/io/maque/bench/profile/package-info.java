/**
 * Where the time of a decode step goes: kernels that measure themselves.
 *
 * <p>Start at {@link io.maque.bench.profile.DecodeProfile}.
 */
package io.maque.bench.profile;
