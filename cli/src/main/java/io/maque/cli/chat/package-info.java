/**
 * A conversation in the terminal: what is said, the loop of turns, slash commands, and the two
 * places where it happens, a terminal with line editing or plain streams with one line per turn.
 * Must not know how a model is found or opened.
 *
 * <p>Start at {@link io.maque.cli.chat.ChatSession}.
 */
package io.maque.cli.chat;
