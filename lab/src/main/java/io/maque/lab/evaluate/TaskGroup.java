package io.maque.lab.evaluate;

import java.util.OptionalDouble;

/**
 * Kinds of tasks that are summed up.
 *
 * @param title what they have in common, in a few words
 * @param goal the share of exact answers that Maque Nano is made to reach, 0 to 1; empty without
 *     one
 */
public record TaskGroup(String title, OptionalDouble goal) {}
