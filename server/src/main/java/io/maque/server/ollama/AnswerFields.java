package io.maque.server.ollama;

import io.maque.generate.GenerationRequest;
import io.maque.generate.Prompt;
import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import java.util.Map;

/**
 * What chat and generate say alike about the answer.
 *
 * @param stream whether it is sent while it grows; so it is when nothing is said
 * @param options how tokens are chosen
 * @param templateArguments for the chat template
 */
record AnswerFields(boolean stream, OptionFields options, Map<String, Object> templateArguments) {

  static AnswerFields read(JsonFields body) {
    boolean stream = body.flag("stream", true);
    OptionFields options = OptionFields.read(body);
    KeepAlive.check(body);
    for (String cut : new String[] {"truncate", "shift"}) {
      if (body.flag(cut, false)) {
        throw HttpException.unsupported(
            cut, "a conversation is never cut here: send less of it, or set it to false");
      }
    }
    return new AnswerFields(stream, options, Map.of());
  }

  GenerationRequest generation(Prompt prompt) {
    return GenerationRequest.of(prompt)
        .withSampling(options.sampling())
        .withMaxTokens(options.maxTokens())
        .withStop(options.stop());
  }

  /**
   * Refuses a context longer than the model's: its size was set when the model was opened.
   *
   * @param contextLength of the model
   */
  void checkContext(int contextLength) {
    int wanted = options.contextLength().orElse(0);
    if (wanted > contextLength) {
      throw JsonFields.invalid(
          "options.num_ctx",
          "expected at most %d, for which this server opened the model, found %d"
              .formatted(contextLength, wanted));
    }
  }
}
