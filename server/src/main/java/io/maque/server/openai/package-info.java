/**
 * OpenAI's dialect as records and pure conversions: fields of a request to what a model is asked,
 * what it answers to JSON. A parameter that is unknown or cannot be served is refused with 400,
 * never ignored. Must not know the web server or which model answers. Start at {@link
 * io.maque.server.openai.ChatCompletionRequest}.
 */
package io.maque.server.openai;
