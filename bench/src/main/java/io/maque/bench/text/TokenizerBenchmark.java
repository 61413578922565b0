package io.maque.bench.text;

import io.maque.gguf.GgufFile;
import io.maque.tokenizer.Special;
import io.maque.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Text to tokens and back, a long text at a time; {@code megabytes} is MB of UTF-8 a second. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class TokenizerBenchmark {
  private static final int CHARACTERS = 64 << 10;

  /** File in the fixtures' folder of models. */
  @Param({
    "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    "SmolLM2-135M-Instruct.Q4_1.gguf",
    "gemma-3-270m-q4_k_m.gguf"
  })
  public String model;

  /** MB of text done, which JMH divides by time. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Volume {
    /** 10⁶ bytes of UTF-8. */
    public double megabytes;

    /** Begins a measurement. */
    @Setup(Level.Iteration)
    public void clear() {
      megabytes = 0;
    }
  }

  private Tokenizer tokenizer;
  private String text;
  private int[] ids;
  private double megabytes;

  /** Reads the vocabulary. */
  @Setup
  public void open() {
    try (GgufFile file = GgufFile.open(Fixtures.model(model))) {
      tokenizer = Tokenizer.from(file.metadata());
    }
    text = Fixtures.text(CHARACTERS);
    ids = tokenizer.encode(text, Special.TEXT);
    megabytes = text.getBytes(StandardCharsets.UTF_8).length / 1e6;
  }

  /** Text to tokens. */
  @Benchmark
  public int[] encode(Volume volume) {
    volume.megabytes += megabytes;
    return tokenizer.encode(text, Special.TEXT);
  }

  /** Tokens to text. */
  @Benchmark
  public String decode(Volume volume) {
    volume.megabytes += megabytes;
    return tokenizer.decode(ids);
  }
}
