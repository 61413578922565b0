/**
 * Chat templates: the Jinja language as the templates inside GGUF files use it, with the behaviour
 * of Python's jinja2 in an immutable sandbox ({@code trim_blocks}, {@code lstrip_blocks}, loop
 * controls, the {@code generation} tag, no autoescape).
 *
 * <p>It knows nothing of messages, tokens or models: a template text and a context of plain values
 * go in, text comes out, together with the ranges of that text that came from the context and so
 * must never be read as control tokens. Context values are inspected by type only ({@code null},
 * {@code Boolean}, numbers, {@code String}, {@code List}, {@code Map}), never by reflection, and
 * every render is bounded by {@link io.maque.template.TemplateLimits}.
 *
 * <p>Start at {@link io.maque.template.Template}; then {@code Lexer} → {@code Parser} → {@code
 * Expr} and {@code Statement}, whose nodes evaluate themselves in a {@code Scope}. The values of
 * the language are {@code Text} (a string that remembers its origin), {@code Sequence}, {@code
 * Dict}, {@code Long}, {@code BigInteger}, {@code Double}, {@code Boolean} and {@code null}.
 */
package io.maque.template;
