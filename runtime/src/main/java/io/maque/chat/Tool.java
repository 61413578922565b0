package io.maque.chat;

import java.util.Map;

/**
 * A function that the model may ask to be called.
 *
 * @param name what the model calls it
 * @param description what it does, for the model
 * @param parameters JSON schema of the arguments, as maps, lists, strings, numbers and booleans
 */
public record Tool(String name, String description, Map<String, Object> parameters) {}
