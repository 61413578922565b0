package io.maque.model;

import io.maque.tensor.FloatMatrix;

/** Scratch memory of forward passes; belongs to one engine thread and outlives many passes. */
public interface Workspace {

  /** Most tokens a pass may have. */
  int maxTokens();

  /** Hidden states, {@code maxTokens × embeddingLength}; the first rows hold the current batch. */
  FloatMatrix hidden();
}
