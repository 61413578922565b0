/**
 * One class per endpoint, some thirty lines each: validate, call, convert. Handlers do not know
 * each other; what two of them need belongs to the layer below. Read {@link
 * io.maque.server.handler.ChatCompletionsHandler} before you write another.
 */
package io.maque.server.handler;
