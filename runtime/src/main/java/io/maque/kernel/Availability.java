package io.maque.kernel;

/** Whether a rung of the kernel ladder can run on a machine. */
public sealed interface Availability {

  /** The rung can run. */
  record Usable() implements Availability {}

  /**
   * The rung cannot run.
   *
   * @param reason what was found and what would be needed
   * @param remedy what the user can do, or that nothing can be done
   */
  record Refused(String reason, String remedy) implements Availability {}
}
