package io.maque.sampling;

/** Makes a constraint for each answer; may be used by several threads at the same time. */
@FunctionalInterface
public interface ConstraintFactory {

  /** A constraint at the begin of an answer. */
  TokenConstraint create();
}
