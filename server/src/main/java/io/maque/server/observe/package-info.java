/**
 * What the operator sees: meters in the form of Prometheus and the access log.
 *
 * <p>Knows no endpoint and changes no answer. Start at {@link
 * io.maque.server.observe.ServerMeters}.
 */
package io.maque.server.observe;
