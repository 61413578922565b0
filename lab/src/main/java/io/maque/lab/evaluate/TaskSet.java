package io.maque.lab.evaluate;

import java.util.List;

/**
 * Tasks with known answers. A task is made when it is asked for and the same each time; the kinds
 * take turns, so that a run which ends early has asked all of them about as often.
 */
public interface TaskSet {
  /** What users call it. */
  String name();

  /** The kinds of its tasks in the order of a report. */
  List<TaskKind> kinds();

  /** How many tasks there are. */
  int size();

  /**
   * A task.
   *
   * @param index 0 up to {@link #size}
   */
  Task get(int index);
}
