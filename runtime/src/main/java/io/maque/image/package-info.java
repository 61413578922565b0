/**
 * Pictures: from the bytes of a file to the numbers that a vision encoder takes.
 *
 * <p>Three steps, each usable alone: {@link io.maque.image.ImageDecoder} makes upright {@link
 * io.maque.image.RgbImage RGB} of a file, {@link io.maque.image.Resampler} changes its size exactly
 * as Pillow does, and {@link io.maque.image.Preprocessing} is what one model wants, as data, and
 * makes a {@link io.maque.image.PixelTensor}.
 *
 * <p>A file comes from outside, so nothing in it is believed: format and dimensions are read and
 * checked before memory for pixels is taken, and what is wrong becomes an {@link
 * io.maque.image.ImageFormatException}. PNG and GIF are read here; of JPEG, BMP, TIFF and WebP the
 * structure is, and the pixels by readers of {@code javax.imageio}, which get to see only what
 * holds pixels.
 *
 * <p>Knows no model, no tensor of weights and no network. Start at {@link
 * io.maque.image.ImageDecoder}.
 */
package io.maque.image;
