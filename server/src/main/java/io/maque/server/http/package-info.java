/**
 * HTTP without models: strict JSON in, JSON and event streams out, errors in the client's dialect.
 *
 * <p>An {@link io.maque.server.http.Endpoint} sees one {@link io.maque.server.http.Exchange}; it
 * takes the fields of the body by {@link io.maque.server.http.JsonFields} and throws {@link
 * io.maque.server.http.HttpException} when something is wrong with them. Must not know models,
 * dialects' fields or which endpoints there are. Start at {@code Exchange}.
 */
package io.maque.server.http;
