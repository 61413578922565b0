package io.maque.bench.text;

import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.chat.ChatFormat;
import io.maque.chat.Message;
import io.maque.generate.LanguageModel;
import io.maque.gguf.GgufFile;
import io.maque.metrics.WallClock;
import io.maque.template.Rendered;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What lies between a request and the model in a warm JVM: opening a file, its vocabulary, all of
 * it, and rendering a conversation.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class OpenBenchmark {
  private static final int TURNS = 8;

  /** File in the fixtures' folder of models. */
  @Param({"qwen2.5-coder-0.5b-instruct-q4_k_m.gguf", "SmolLM2-135M-Instruct.Q4_1.gguf"})
  public String model;

  private ChatFormat chat;
  private List<Message> conversation;

  /** Reads the chat template and writes a conversation. */
  @Setup
  public void open() {
    try (GgufFile file = GgufFile.open(Fixtures.model(model))) {
      chat =
          new ChatFormat(
              file.metadata().findString("tokenizer.chat_template").orElseThrow(),
              Tokenizer.from(file.metadata()),
              WallClock.local(),
              Optional.empty());
    }
    String text = Fixtures.text(400);
    conversation =
        IntStream.range(0, TURNS)
            .mapToObj(turn -> turn % 2 == 0 ? Message.user(text) : Message.assistant(text))
            .toList();
  }

  /** Maps a file and reads its metadata and tensor directory. */
  @Benchmark
  public int openFile() {
    try (GgufFile file = GgufFile.open(Fixtures.model(model))) {
      return file.tensors().size();
    }
  }

  /** Opens a model as a program does that uses the library. */
  @Benchmark
  public int openModel() {
    try (LanguageModel opened =
        LanguageModels.open(Fixtures.model(model), OpenOptions.DEFAULT.withContextLength(2048))) {
      return opened.card().blockCount();
    }
  }

  /** Writes eight turns as the model wants them. */
  @Benchmark
  public Rendered renderTemplate() {
    return chat.render(conversation, List.of(), Map.of(), true);
  }
}
