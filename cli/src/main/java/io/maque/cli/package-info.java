/**
 * The program: streams and terminal, the list of commands, options common to all, exit codes and
 * how errors are told. Must not know what a command does.
 *
 * <p>Start at {@link io.maque.cli.Main}, then {@link io.maque.cli.Commands}, the list to which a
 * new command is added.
 */
package io.maque.cli;
