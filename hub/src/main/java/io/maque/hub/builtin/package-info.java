/**
 * The model that is a part of the program: written out of the jar to a folder of the user once, so
 * that it can be mapped like any other.
 *
 * <p>Knows neither the store nor what can be done with a model. The model itself is the resources
 * beside this package; {@code scripts/put-in-box} places them. Start at {@link
 * io.maque.hub.builtin.BuiltInModel}.
 */
package io.maque.hub.builtin;
