/**
 * Conversations to token ids: messages, the chat template of the model's file.
 *
 * <p>What users write never becomes a control token, whatever it looks like. Must not know models
 * or engines. Start at {@link io.maque.chat.ChatFormat}.
 */
package io.maque.chat;
