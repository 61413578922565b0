/**
 * Which model answers a request. {@link io.maque.server.router.Models} is the place to start; a
 * {@link io.maque.server.router.Lease} keeps a model in memory while a request uses it. Must not
 * know HTTP or the dialects.
 */
package io.maque.server.router;
