package io.maque.lab.evaluate;

/**
 * What is asked; one row of a report.
 *
 * @param name what users call it: lower case, words joined by hyphens
 * @param group where it is summed up
 * @param phrased whether the right answer is a sentence of Maque Nano's own, which no other model
 *     can be expected to give
 */
public record TaskKind(String name, TaskGroup group, boolean phrased) {}
