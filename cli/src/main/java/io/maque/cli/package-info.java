/**
 * The {@code maque} program: {@code main}, the list of commands, the options they share, help and
 * the answer to a wrong command line. Must not know what a command does. This package and those
 * below it are the only code that prints.
 *
 * <p>Start at {@link io.maque.cli.Main}, then {@link io.maque.cli.Commands}, the list to which a
 * new command is added.
 */
package io.maque.cli;
