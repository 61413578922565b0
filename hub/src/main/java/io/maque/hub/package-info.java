/**
 * Brings weights to GGUF files in the local store: models by name, on this machine or fetched from
 * elsewhere. Knows nothing of HTTP serving or the command line, never prints, never runs a model.
 *
 * <pre>
 * Hub → pull → source → transfer → json → reference
 *            → store, catalogue ────↗
 *     → builtin → store, transfer
 * </pre>
 *
 * <p>Start at {@link io.maque.hub.Hub}. Whatever goes wrong is a {@link
 * io.maque.hub.reference.HubException} with a sentence for the user.
 */
package io.maque.hub;
