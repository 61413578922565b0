/**
 * One file per verb of the command line: its options, what it does, how it prints. A command parses
 * and validates, calls the libraries, prints; it holds no knowledge of formats or models of its
 * own. Commands do not use one another.
 *
 * <p>Start at {@link io.maque.cli.command.ListCommand}, the smallest with a table and {@code
 * --json}.
 */
package io.maque.cli.command;
