package io.maque.server.answer;

import io.maque.chat.ImagePlacesException;
import io.maque.engine.ContextLengthExceededException;
import io.maque.engine.EngineClosedException;
import io.maque.engine.ModelFileChangedException;
import io.maque.engine.QueueFullException;
import io.maque.generate.EmptyPromptException;
import io.maque.generate.GenerationInterruptedException;
import io.maque.generate.ImagesNotSupportedException;
import io.maque.generate.NoChatTemplateException;
import io.maque.grammar.GrammarException;
import io.maque.image.ImageFormatException;
import io.maque.server.http.EndpointAdapter;
import io.maque.server.http.HttpException;
import io.maque.server.router.ModelLoadException;
import io.maque.server.router.ModelLoadingException;
import io.maque.server.router.ModelTooLargeException;
import io.maque.server.router.ModelsBusyException;
import io.maque.server.router.ModelsClosedException;
import io.maque.server.router.UnknownModelException;
import io.maque.template.TemplateException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an exception of a model means to the client. */
public final class ModelErrors {
  private static final int QUEUE_RETRY_SECONDS = 2;
  private static final int LOAD_RETRY_SECONDS = 5;
  private static final int CLOSED_RETRY_SECONDS = 10;

  /** Without the path, which is nobody's business. */
  private static final String FILE_CHANGED =
      "the model's file was cut short or cannot be read any more; the model has to be loaded again"
          + " from a whole one";

  private static final Pattern NAME = Pattern.compile("([a-z]+(?:[A-Z][a-z]*)*): ");

  private ModelErrors() {}

  /** The error a client sees; 500 for what nobody foresaw. */
  public static HttpException toHttp(RuntimeException error) {
    return switch (error) {
      case UnknownModelException e ->
          new HttpException(404, "model_not_found", "model", e.getMessage());
      case ContextLengthExceededException e ->
          new HttpException(400, "context_length_exceeded", "", e.getMessage());
      case GrammarException e -> refused("unsupported_schema", e);
      case EmptyPromptException e -> refused("empty_prompt", e);
      case NoChatTemplateException e -> refused("no_chat_template", e);
      case TemplateException e -> refused("template_error", e);
      case ImageFormatException e -> refused("invalid_image", e);
      case ImagesNotSupportedException e -> refused("images_not_supported", e);
      case ImagePlacesException e -> refused("invalid_image", e);
      case QueueFullException e ->
          HttpException.unavailable("queue_full", e.getMessage(), QUEUE_RETRY_SECONDS);
      case GenerationInterruptedException e ->
          HttpException.unavailable("server_stopping", e.getMessage(), CLOSED_RETRY_SECONDS);
      case AnswersInterruptedException e ->
          HttpException.unavailable("server_stopping", e.getMessage(), CLOSED_RETRY_SECONDS);
      case EngineClosedException e ->
          HttpException.unavailable("model_closed", e.getMessage(), CLOSED_RETRY_SECONDS);
      case ModelFileChangedException _ ->
          HttpException.unavailable("model_file_changed", FILE_CHANGED, CLOSED_RETRY_SECONDS);
      case ModelTooLargeException e ->
          new HttpException(400, "model_too_large", "model", e.getMessage());
      case ModelsBusyException e ->
          HttpException.unavailable("no_memory_now", e.getMessage(), LOAD_RETRY_SECONDS);
      case ModelLoadingException e ->
          HttpException.unavailable("model_loading", e.getMessage(), LOAD_RETRY_SECONDS);
      case ModelLoadException e ->
          new HttpException(500, "model_load_failed", "model", e.getMessage());
      case ModelsClosedException e ->
          HttpException.unavailable("stopping", e.getMessage(), CLOSED_RETRY_SECONDS);
      default -> EndpointAdapter.defect(error);
    };
  }

  /**
   * 400 for a value that only the model can judge, such as a token id. Its messages begin with the
   * name of what is wrong, {@code logitBias: …}, which the APIs spell {@code logit_bias}.
   */
  static HttpException refusedValue(IllegalArgumentException error) {
    String message = error.getMessage();
    Matcher name = NAME.matcher(message);
    if (!name.lookingAt()) {
      return new HttpException(400, "invalid_value", "", message);
    }
    String param = name.group(1).replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    return HttpException.badField("invalid_value", param, message.substring(name.end()));
  }

  private static HttpException refused(String code, RuntimeException error) {
    return new HttpException(400, code, "", error.getMessage());
  }
}
