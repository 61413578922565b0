package io.maque.template;

/**
 * A stretch of a rendered text.
 *
 * @param start first {@code char} (UTF-16) index
 * @param end index behind the last {@code char}
 */
public record Range(int start, int end) {}
