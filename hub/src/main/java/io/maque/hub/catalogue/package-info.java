/**
 * The models Maque knows by name: where they are published, how large they are, what they need.
 *
 * <p>Data in {@code catalogue.json}, read once. It must not know the store or the network. Start at
 * {@link io.maque.hub.catalogue.Catalogue}.
 */
package io.maque.hub.catalogue;
