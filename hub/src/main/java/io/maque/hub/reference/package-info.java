/**
 * How a model is named: on the command line, in the catalogue, in a manifest.
 *
 * <p>Pure text and values. It must not know the network, the store or any file's content. Start at
 * {@link io.maque.hub.reference.ModelReference#parse}.
 */
package io.maque.hub.reference;
