/**
 * How many questions a model answers right: sets of tasks with known answers, asked greedily of a
 * model in this process, judged twice, and counted.
 *
 * <p>A {@link io.maque.lab.evaluate.TaskSet} says what is asked; the rest of the package knows
 * neither what a set is about nor which model answers. Must not know the command line.
 *
 * <p>Start at {@link io.maque.lab.evaluate.Evaluation}; what counts as right is in {@link
 * io.maque.lab.evaluate.Judge}.
 */
package io.maque.lab.evaluate;
