/**
 * Brings weights to GGUF files in the local store: references, catalogue, pull. Knows nothing of
 * HTTP serving or the command line.
 */
package io.maque.hub;
