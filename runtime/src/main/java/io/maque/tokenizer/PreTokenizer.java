package io.maque.tokenizer;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a name under {@code tokenizer.ggml.pre} stands for. Names and expressions are those of
 * llama.cpp ({@code llama-vocab.cpp}), whose converter writes them.
 *
 * @param names the names with this meaning
 * @param splitter cuts the text into pieces
 * @param composes whether text is first brought to Unicode form NFC; llama.cpp omits this, the
 *     tokenizers that Qwen publishes and trains with do it
 * @param wholePieces whether a piece that is a token is that token, without looking at the merges
 * @param addsBos whether a text begins with BOS when the file does not say
 */
record PreTokenizer(
    Set<String> names, Splitter splitter, boolean composes, boolean wholePieces, boolean addsBos) {

  private static final Splitter GPT2 = new Gpt2Splitter(false);
  private static final Splitter STARCODER = new Gpt2Splitter(true);
  private static final Splitter LLAMA3 = new Llama3Splitter(3, false);
  private static final Splitter QWEN2 = new Llama3Splitter(1, false);
  private static final Splitter QWEN35 = new Llama3Splitter(1, true);

  private static final List<PreTokenizer> ALL =
      List.of(
          new PreTokenizer(
              Set.of(
                  "gpt-2",
                  "phi-2",
                  "mpt",
                  "olmo",
                  "jais",
                  "trillion",
                  "granite-docling",
                  "exaone4",
                  "gigachat",
                  "a.x-4.0",
                  "mellum"),
              GPT2,
              false,
              false,
              false),
          new PreTokenizer(
              Set.of(
                  "smollm",
                  "starcoder",
                  "refact",
                  "command-r",
                  "codeshell",
                  "exaone",
                  "minerva-7b",
                  "mellum2"),
              STARCODER,
              false,
              false,
              false),
          new PreTokenizer(
              Set.of(
                  "llama3",
                  "llama-v3",
                  "llama-bpe",
                  "falcon3",
                  "falcon-h1",
                  "pixtral",
                  "midm-2.0",
                  "lfm2"),
              LLAMA3,
              false,
              true,
              true),
          new PreTokenizer(Set.of("glm4", "glm5"), LLAMA3, false, true, false),
          new PreTokenizer(Set.of("dbrx", "smaug-bpe", "chatglm-bpe"), LLAMA3, false, false, false),
          new PreTokenizer(Set.of("qwen2"), QWEN2, true, false, false),
          new PreTokenizer(
              Set.of(
                  "deepseek-r1-qwen",
                  "kormo",
                  "f2llmv2",
                  "megrez",
                  "stablelm2",
                  "hunyuan",
                  "solar-open",
                  "grok-2"),
              QWEN2,
              false,
              false,
              false),
          new PreTokenizer(Set.of("qwen35"), QWEN35, true, false, false));

  /** The meaning of {@code name}, or empty when Maque does not know it. */
  static Optional<PreTokenizer> find(String name) {
    return ALL.stream().filter(kind -> kind.names.contains(name)).findFirst();
  }

  /** All names known, sorted. */
  static Stream<String> allNames() {
    return ALL.stream().flatMap(kind -> kind.names.stream()).sorted();
  }
}
