/**
 * What every command prints with: the streams and what is known of the terminal, exit codes, errors
 * as one sentence, JSON documents, text made safe for a terminal. Must not know any command.
 *
 * <p>Start at {@link io.maque.cli.console.Console}.
 */
package io.maque.cli.console;
