package io.maque.hub.convert;

/** Learns how far a conversion is. */
@FunctionalInterface
public interface ConvertProgress {
  /** Told nothing. */
  ConvertProgress NONE = (doneBytes, totalBytes) -> {};

  /** Of tensors that take {@code totalBytes} unquantised, {@code doneBytes} are written. */
  void update(long doneBytes, long totalBytes);
}
