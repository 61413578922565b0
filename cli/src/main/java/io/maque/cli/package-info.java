/**
 * The {@code maque} program: {@code main}, the commands, the terminal. The only code that prints.
 */
package io.maque.cli;
