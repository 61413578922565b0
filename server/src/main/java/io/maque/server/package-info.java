/**
 * HTTP for models: OpenAI and Ollama endpoints, the router, metrics and the web page. Knows nothing
 * of the command line; reaches models only through {@code io.maque.generate} and {@code
 * io.maque.hub}.
 */
package io.maque.server;
