/**
 * The models on this machine: one directory per model with its files and a manifest.
 *
 * <p>It must not know where models come from or how they are fetched. Start at {@link
 * io.maque.hub.store.Store}.
 */
package io.maque.hub.store;
