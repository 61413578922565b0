/**
 * The hub: models by name, on this machine or fetched from elsewhere.
 *
 * <pre>
 * Hub → pull → catalogue, source → transfer → reference
 *           → store ↗
 * </pre>
 *
 * <p>It never prints and never runs a model. Start at {@link io.maque.hub.Hub}.
 */
package io.maque.hub;
