/**
 * JSON Schema, {@code response_format} and forced tool calls as grammars over the text of an
 * answer. Fails closed: a keyword that cannot be guaranteed is refused by name and place, never
 * ignored.
 *
 * <p>The text of an answer is a subset of what a schema allows: properties in the order of the
 * schema, bounded white space, numbers of bounded length. Must not know HTTP or models. Start at
 * {@link io.maque.server.schema.SchemaGrammar}.
 */
package io.maque.server.schema;
