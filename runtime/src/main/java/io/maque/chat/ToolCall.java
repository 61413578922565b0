package io.maque.chat;

import java.util.Map;

/**
 * A call of a tool that the model asked for.
 *
 * @param id pairs the call with its result; may be empty
 * @param name of the tool
 * @param arguments values are strings, numbers, booleans, lists and maps, as JSON has them
 */
public record ToolCall(String id, String name, Map<String, Object> arguments) {}
