/**
 * Memory outside the heap: files mapped read-only. The only package, with {@code asm}, that may
 * deal with raw memory; it knows nothing of tensors, formats or models.
 *
 * <p>Start at {@link io.maque.memory.FileMapping}.
 */
package io.maque.memory;
