package io.maque.model;

import io.maque.chat.ImageDetail;
import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufMetadata;
import io.maque.quant.BlockFormat;
import io.maque.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A prompt with pictures for a tiny vision-language model, with what transformers computes; see
 * {@code golden/multimodal/README.md}.
 *
 * @param name of the conversation
 * @param messages of the conversation
 * @param prompt ids, of which -1 stands where a picture does
 * @param pictures files in the order of the prompt
 * @param images where they stand
 * @param positions time, line and column of every token
 * @param greedy the likeliest ids that follow
 * @param logits of the last positions of the prompt
 */
public record GoldenConversation(
    String name,
    List<Message> messages,
    int[] prompt,
    List<Path> pictures,
    List<ImageSpan> images,
    int[][] positions,
    int[] greedy,
    float[][] logits) {
  /** Where the files are, pictures too. */
  public static final Path FOLDER = Path.of("src/test/resources/golden/multimodal");

  private static final String SUFFIX = ".gguf";

  /** All conversations with one model. */
  public static List<GoldenConversation> all(String model) {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<GoldenConversation> all =
          files
              .filter(path -> path.getFileName().toString().startsWith(model + "-"))
              .filter(path -> path.toString().endsWith(SUFFIX))
              .sorted()
              .map(GoldenConversation::read)
              .toList();
      if (all.isEmpty()) {
        throw new IllegalStateException("no golden conversations of " + model);
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GoldenConversation read(Path path) {
    try (GgufFile file = GgufFile.open(path)) {
      GgufMetadata metadata = file.metadata();
      int[] ids = metadata.findIntegers("golden.prompt").orElseThrow();
      int imageToken = (int) metadata.integer("golden.image_token");
      Tensor logits = file.tensor("logits");
      return new GoldenConversation(
          path.getFileName().toString().replace(SUFFIX, ""),
          messages(metadata.findStrings("golden.parts").orElseThrow()),
          Arrays.stream(ids).map(id -> id == imageToken ? -1 : id).toArray(),
          metadata.findStrings("golden.pictures").orElse(List.of()).stream()
              .map(FOLDER::resolve)
              .toList(),
          images(ids, imageToken, metadata.findIntegers("golden.grids").orElse(new int[0])),
          Stream.of("time", "row", "column")
              .map(axis -> metadata.findIntegers("golden.positions." + axis).orElseThrow())
              .toArray(int[][]::new),
          metadata.findIntegers("golden.greedy").orElseThrow(),
          IntStream.range(0, logits.rows())
              .mapToObj(row -> BlockFormat.decodeRow(logits, row))
              .toArray(float[][]::new));
    }
  }

  private static List<Message> messages(List<String> parts) {
    Map<String, List<Part>> contents = new LinkedHashMap<>();
    List<String> roles = new ArrayList<>();
    for (String part : parts) {
      String[] fields = part.split("\\|", 4);
      if (!contents.containsKey(fields[0])) {
        roles.add(fields[1]);
      }
      contents
          .computeIfAbsent(fields[0], turn -> new ArrayList<>())
          .add(
              fields[2].equals("text")
                  ? new Part.Text(fields[3])
                  : new Part.Image(bytes(FOLDER.resolve(fields[3])), ImageDetail.HIGH));
    }
    Iterator<String> role = roles.iterator();
    return contents.values().stream()
        .map(content -> new Message(role.next(), content, "", List.of(), ""))
        .toList();
  }

  private static byte[] bytes(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param grids rows and columns of each picture
   */
  private static List<ImageSpan> images(int[] ids, int imageToken, int[] grids) {
    List<ImageSpan> images = new ArrayList<>();
    int position = 0;
    while (position < ids.length) {
      if (ids[position] != imageToken) {
        position++;
        continue;
      }
      int i = 2 * images.size();
      images.add(new ImageSpan(position, new ImageGrid(grids[i], grids[i + 1]), Optional.empty()));
      position = images.getLast().end();
    }
    return images;
  }

  @Override
  public String toString() {
    return name;
  }
}
