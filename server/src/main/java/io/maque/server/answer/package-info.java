/**
 * Between the dialects and the models: the answers to one request, awaited together and cancelled
 * together, and what a model's exceptions mean to a client. Must not know how any dialect writes
 * things. Start at {@link io.maque.server.answer.Answers}.
 */
package io.maque.server.answer;
