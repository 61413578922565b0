package io.maque.lab.evaluate;

/**
 * What {@link Judge} finds of an answer.
 *
 * @param exact whether it is the expected text
 * @param lenient whether it says the same; true whenever {@code exact} is
 */
public record Verdict(boolean exact, boolean lenient) {}
