package io.maque.server.openai;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A call of a tool, whole or in parts.
 *
 * @param index which call of the answer a part belongs to; null and absent in a whole answer
 * @param id pairs the call with its result; only with the first part
 * @param type always {@code function}; only with the first part
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CallReply(Integer index, String id, String type, Function function) {

  /** Which function with what: JSON in a string, as OpenAI has it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Function(String name, String arguments) {}

  CallReply withoutIndex() {
    return new CallReply(null, id, type, function);
  }

  CallReply plus(String arguments) {
    return new CallReply(
        index, id, type, new Function(function.name(), function.arguments() + arguments));
  }
}
