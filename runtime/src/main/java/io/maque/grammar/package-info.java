/**
 * Grammars over bytes, and which tokens of a vocabulary they allow next.
 *
 * <p>{@link io.maque.grammar.Expression} is what a rule is written in, {@link
 * io.maque.grammar.Grammar} the compiled rules: one deterministic automaton per rule, in which a
 * call of another rule is a symbol like a byte. {@link io.maque.grammar.Pushdown} runs them with
 * stacks, {@link io.maque.grammar.TokenGrammar} asks it about all tokens at once. Must not know
 * JSON, schemas or models. Start at {@link io.maque.grammar.TokenGrammar}.
 */
package io.maque.grammar;
