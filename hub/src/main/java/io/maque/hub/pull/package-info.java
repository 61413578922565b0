/**
 * One pull from a name to an installed model: choose the source, lock, fetch, verify, install.
 *
 * <p>It knows every other package of the hub and none of their inner workings. Start at {@link
 * io.maque.hub.pull.Puller}.
 */
package io.maque.hub.pull;
