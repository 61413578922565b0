/**
 * Tests of the server's API with others' clients, at their default settings wherever a test does
 * not say otherwise. What the answers must be is tested in module {@code server}; here it is
 * whether a client understands them. There is nothing but tests: start at {@code OpenAiJavaTest}.
 */
package io.maque.clients;
