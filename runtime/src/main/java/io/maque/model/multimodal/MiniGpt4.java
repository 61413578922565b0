package io.maque.model.multimodal;

import io.maque.chat.ImageMarkup;
import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufMetadata;
import io.maque.model.ImageEncoder;
import io.maque.model.UnsupportedModelException;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/**
 * MiniGPT-4: EVA-CLIP with a Q-Former before Vicuna, or without one before Llama 2.
 *
 * <p>The prompt is plain text around the pictures, with a sentence about pictures first:
 *
 * <pre>
 * Give the following image: … questions.###Human: &lt;Img&gt;…&lt;/Img&gt; What is shown?###Assistant:
 * Give the following image: … questions.&lt;s&gt;[INST] &lt;Img&gt;…&lt;/Img&gt; What is shown? [/INST]
 * </pre>
 *
 * each with a space at its end. A model that goes on writes {@code ###} where its turn ends. The
 * {@code mmproj} file may say all this otherwise; a chat template of the text file is used only if
 * it shows where pictures stand ({@code <ImageHere>}), since others are of the text model alone.
 *
 * <p>A picture belongs to the turn it came with, before its text. In the published demonstration
 * only the first turn can have one; the prompt is the same there.
 *
 * <p>Zhu et al. 2023, arXiv 2304.10592; {@code conversation.py} of its code.
 */
public record MiniGpt4(ImageEncoder encoder, Prompt prompt) implements VisionLanguageModel {
  /** What templates write in the place of a picture. */
  private static final String IMAGE_TOKEN = "<ImageHere>";

  private static final String SYSTEM =
      "Give the following image: <Img>ImageContent</Img>. You will be able to see the image once I"
          + " provide it to you. Please answer my questions.";

  /** Reads the prompt of {@code file}, an {@code mmproj} of Vicuna's kind. */
  public static MiniGpt4 vicuna(GgufFile file, ImageEncoder encoder) {
    return new MiniGpt4(encoder, Prompt.read(file, Prompt.VICUNA));
  }

  /** Reads the prompt of {@code file}, an {@code mmproj} of Llama 2's kind. */
  public static MiniGpt4 llama2(GgufFile file, ImageEncoder encoder) {
    return new MiniGpt4(encoder, Prompt.read(file, Prompt.LLAMA2));
  }

  /**
   * The texts of a conversation, named as the GGUF keys below {@code minigpt4.prompt}.
   *
   * @param system goes first unless the conversation has a system message
   * @param separator ends the system's text and every turn
   * @param imagePrefix text before a picture
   * @param imageSuffix text behind a picture
   * @param stopSequences what the model writes at the end of its turn
   */
  public record Prompt(
      String system,
      String userPrefix,
      String assistantPrefix,
      String separator,
      String imagePrefix,
      String imageSuffix,
      List<String> stopSequences) {

    static final Prompt VICUNA =
        new Prompt(SYSTEM, "Human: ", "Assistant: ", "###", "<Img>", "</Img> ", List.of("###"));

    static final Prompt LLAMA2 =
        new Prompt(SYSTEM, "<s>[INST] ", " [/INST] ", "", "<Img>", "</Img> ", List.of("###"));

    private static final String STOP_SEQUENCES = "minigpt4.stop_sequences";
    private static final int MOST_STOP_SEQUENCES = 16;

    public Prompt {
      stopSequences = List.copyOf(stopSequences);
    }

    /** The file's texts, those of {@code other} where it has none. */
    static Prompt read(GgufFile file, Prompt other) {
      GgufMetadata metadata = file.metadata();
      return new Prompt(
          text(metadata, "system", other.system),
          text(metadata, "user_prefix", other.userPrefix),
          text(metadata, "assistant_prefix", other.assistantPrefix),
          text(metadata, "separator", other.separator),
          text(metadata, "image_prefix", other.imagePrefix),
          text(metadata, "image_suffix", other.imageSuffix),
          metadata.findStrings(STOP_SEQUENCES).map(Prompt::stops).orElse(other.stopSequences));
    }

    private static String text(GgufMetadata metadata, String key, String other) {
      return metadata.findString("minigpt4.prompt." + key).orElse(other);
    }

    private static List<String> stops(List<String> found) {
      if (found.size() > MOST_STOP_SEQUENCES || found.stream().anyMatch(String::isEmpty)) {
        throw new UnsupportedModelException(
            "key %s: expected at most %d texts of a character or more, found %d with %d empty"
                .formatted(
                    STOP_SEQUENCES,
                    MOST_STOP_SEQUENCES,
                    found.size(),
                    found.stream().filter(String::isEmpty).count()));
      }
      return List.copyOf(found);
    }

    /** As a chat template. */
    String template() {
      return """
      {%%- if messages[0].role == 'system' -%%}{{ messages[0].content }}
      {%%- else -%%}{{ %1$s }}{%%- endif -%%}
      {{ %4$s }}
      {%%- for message in messages -%%}
      {%%- if message.role == 'user' -%%}{{ %2$s + message.content + %4$s }}
      {%%- elif message.role == 'assistant' -%%}{{ %3$s + (message.content | trim) + %4$s }}
      {%%- elif message.role != 'system' or not loop.first -%%}
      {{ raise_exception('MiniGPT-4 knows the roles user, assistant and, first, system; found '
         + message.role) }}
      {%%- endif -%%}
      {%%- endfor -%%}
      {%%- if add_generation_prompt -%%}{{ %3$s }}{%%- endif -%%}
      """
          .formatted(
              literal(system), literal(userPrefix), literal(assistantPrefix), literal(separator));
    }

    private static String literal(String text) {
      return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
    }
  }

  @Override
  public ImageMarkup imageMarkup(String chatTemplate) {
    return showsImages(chatTemplate)
        ? new ImageMarkup.TemplateToken(IMAGE_TOKEN)
        : new ImageMarkup.SplitPoint(prompt.imagePrefix(), prompt.imageSuffix());
  }

  private static boolean showsImages(String chatTemplate) {
    return chatTemplate.contains(IMAGE_TOKEN);
  }

  @Override
  public Optional<String> builtInTemplate(Tokenizer tokenizer) {
    return Optional.of(prompt.template());
  }

  @Override
  public Optional<String> chatTemplate(Optional<String> stored, Tokenizer tokenizer) {
    return stored.filter(MiniGpt4::showsImages).or(() -> builtInTemplate(tokenizer));
  }

  @Override
  public List<String> stopSequences() {
    return prompt.stopSequences();
  }
}
