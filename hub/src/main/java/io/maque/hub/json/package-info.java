/**
 * JSON from outside: answers of servers, manifests anybody may have edited. It must not know what
 * the documents mean. Start at {@link io.maque.hub.json.Json}.
 */
package io.maque.hub.json;
