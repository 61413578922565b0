/**
 * Ollama's dialect as records and pure conversions: fields of a request to what a model is asked,
 * what it answers to JSON. An option that is unknown or cannot be served is refused with 400, never
 * ignored; those that only tune another engine's memory and threads are accepted. Must not know the
 * web server, OpenAI's dialect or which model answers. Start at {@link
 * io.maque.server.ollama.ChatRequest}.
 *
 * @see <a href="https://github.com/ollama/ollama/blob/main/docs/api.md">the API</a>
 */
package io.maque.server.ollama;
