package io.maque.chat;

import io.maque.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Joins the texts and pictures of a prompt, in the order in which they stand in it. */
final class ChatPromptBuilder {
  private final List<ImagePlaceholder> images;
  private final IntStream.Builder ids = IntStream.builder();
  private final int[] begins;
  private int length;

  ChatPromptBuilder(List<ImagePlaceholder> images) {
    this.images = images;
    this.begins = new int[images.size()];
  }

  void add(int[] text) {
    IntStream.of(text).forEach(ids);
    length += text.length;
  }

  void addImage(int image) {
    ImagePlaceholder placeholder = images.get(image);
    begins[image] = length;
    IntStream.range(0, placeholder.tokens()).forEach(i -> ids.add(placeholder.id()));
    length = Math.addExact(length, placeholder.tokens());
  }

  /** The prompt, with the begin token where the model wants it and it is not there yet. */
  ChatPrompt build(Tokenizer tokenizer) {
    int[] joined = ids.build().toArray();
    int[] all = ChatFormat.withBos(joined, tokenizer);
    int shift = all.length - joined.length;
    return new ChatPrompt(all, Arrays.stream(begins).map(begin -> begin + shift).toArray());
  }
}
