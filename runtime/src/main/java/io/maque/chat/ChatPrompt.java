package io.maque.chat;

/**
 * A conversation as a model reads it.
 *
 * @param ids vocabulary ids, and at the positions of a picture the negative id of its placeholder
 * @param imageBegins where each picture begins, in the order of the conversation
 */
public record ChatPrompt(int[] ids, int[] imageBegins) {}
