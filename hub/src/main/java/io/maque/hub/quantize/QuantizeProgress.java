package io.maque.hub.quantize;

/** Learns how far a quantisation is. */
@FunctionalInterface
public interface QuantizeProgress {
  /** Told nothing. */
  QuantizeProgress NONE = (doneBytes, totalBytes) -> {};

  /** Of {@code totalBytes} of source tensors, {@code doneBytes} are written in the new format. */
  void update(long doneBytes, long totalBytes);
}
