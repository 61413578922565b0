/**
 * What the operator decides: one record, read from flags, environment and a file in that order of
 * precedence. Every refused value is named with the place it came from.
 *
 * <p>Knows the words of the configuration and nothing of what acts on it. Start at {@link
 * io.maque.server.config.Setting}, the list of all settings, then {@link
 * io.maque.server.config.ServerConfig}.
 */
package io.maque.server.config;
