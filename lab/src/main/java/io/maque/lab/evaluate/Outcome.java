package io.maque.lab.evaluate;

/**
 * What a model answered.
 *
 * @param index of the task in its set
 * @param task what was asked
 * @param given the answer without space around it
 * @param verdict whether it is right
 */
public record Outcome(int index, Task task, String given, Verdict verdict) {}
