/**
 * How long an image encoder takes. Start at {@link io.maque.bench.image.ImageEncoding}; {@code
 * scripts/bench/synthetic_mmproj.py} writes encoders of full size.
 */
package io.maque.bench.image;
