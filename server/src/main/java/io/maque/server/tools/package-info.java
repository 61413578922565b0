/**
 * Tools of a request, and what an answer makes of them: the grammar of calls that are forced, and
 * calls read out of what the model writes. Must not know how a dialect writes requests and replies.
 * Start at {@link io.maque.server.tools.ToolUse}.
 */
package io.maque.server.tools;
