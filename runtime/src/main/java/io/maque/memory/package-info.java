/**
 * Memory outside the heap: files mapped read-only, and large zeroed memory that is backed page by
 * page. The only package, with {@code asm}, that may deal with raw memory; it knows nothing of
 * tensors, formats or models.
 *
 * <p>Start at {@link io.maque.memory.FileMapping} and {@link io.maque.memory.LazyMemory}.
 */
package io.maque.memory;
