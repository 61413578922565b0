/** What the server costs beyond the engine. Start at {@link io.maque.bench.http.HttpOverhead}. */
package io.maque.bench.http;
