package io.maque.generate;

import io.maque.chat.ChatFormat;
import io.maque.chat.ChatPrompt;
import io.maque.chat.ImagePlaceholder;
import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.engine.ContextLengthExceededException;
import io.maque.engine.PromptImage;
import io.maque.tokenizer.Special;
import io.maque.tokenizer.TextSegment;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/** Makes of a prompt what the engine takes. */
final class PromptEncoder {
  private final String model;
  private final Tokenizer tokenizer;
  private final Optional<ChatFormat> chatFormat;
  private final Optional<ImageIntake> intake;
  private final int contextLength;

  /**
   * @param model its name, for messages
   * @param intake empty for a model that takes text only
   */
  PromptEncoder(
      String model,
      Tokenizer tokenizer,
      Optional<ChatFormat> chatFormat,
      Optional<ImageIntake> intake,
      int contextLength) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.chatFormat = chatFormat;
    this.intake = intake;
    this.contextLength = contextLength;
  }

  /**
   * A prompt for the engine.
   *
   * @param ids negative where a picture stands
   * @param images with their pixels as far as the engine does not have them
   */
  record Encoded(
      int[] ids,
      List<PromptImage> images,
      List<ImageReport> reports,
      double imageDecodeMillis,
      double preprocessMillis) {

    private static Encoded text(int[] ids) {
      return new Encoded(ids, List.of(), List.of(), 0, 0);
    }
  }

  /** The ids of a prompt; of its pictures only the headers are read. */
  int[] ids(Prompt prompt) {
    // No switch over types: its first run generates a class, in milliseconds of a cold start.
    if (prompt instanceof Prompt.Chat chat) {
      return images(chat).isEmpty()
          ? encode(chat, List.of()).ids()
          : encode(chat, takeImages(chat).placeholders()).ids();
    }
    if (prompt instanceof Prompt.Text(String text, boolean parseSpecial, boolean addBos)) {
      Special special = parseSpecial ? Special.PARSE : Special.TEXT;
      int[] ids = tokenizer.encode(List.of(new TextSegment(text, special)));
      return addBos ? ChatFormat.withBos(ids, tokenizer) : ids;
    }
    return ((Prompt.Tokens) prompt).ids().stream().mapToInt(id -> id).toArray();
  }

  /** The ids of a prompt and its pictures. */
  Encoded encode(Prompt prompt) {
    if (!(prompt instanceof Prompt.Chat chat) || images(chat).isEmpty()) {
      return Encoded.text(ids(prompt));
    }
    ImageIntake.Taken images = takeImages(chat);
    ChatPrompt encoded = encode(chat, images.placeholders());
    requireRoom(encoded.ids().length);
    List<PromptImage> decoded = images.decode(encoded.imageBegins());
    return new Encoded(
        encoded.ids(), decoded, images.reports(), images.decodeMillis(), images.preprocessMillis());
  }

  private ImageIntake.Taken takeImages(Prompt.Chat chat) {
    ImageIntake.Taken images =
        intake.orElseThrow(() -> new ImagesNotSupportedException(model)).take(images(chat));
    requireRoom(images.tokens());
    return images;
  }

  /** Before memory is taken for what will not fit. */
  private void requireRoom(long tokens) {
    if (tokens > contextLength) {
      throw new ContextLengthExceededException(
          Math.clamp(tokens, 0, Integer.MAX_VALUE), contextLength, contextLength);
    }
  }

  private ChatPrompt encode(Prompt.Chat chat, List<ImagePlaceholder> images) {
    return chatFormat
        .orElseThrow(() -> new NoChatTemplateException(model))
        .encode(
            chat.messages(),
            chat.tools(),
            chat.templateArguments(),
            chat.addGenerationPrompt(),
            images);
  }

  private static List<Part.Image> images(Prompt.Chat chat) {
    return chat.messages().stream().map(Message::images).flatMap(List::stream).toList();
  }
}
