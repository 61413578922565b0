package io.maque.boot;

import io.maque.engine.ModelFileChangedException;
import io.maque.generate.GenerationListener;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.generate.Prompt;
import io.maque.memory.FileMapping;
import io.maque.sampling.SamplingOptions;
import io.maque.sampling.TokenConstraint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Cuts a model's file short while it answers, and says what comes of it; {@link TruncatedModelTest}
 * runs it by itself. Arguments: a model, a folder, a rung or {@code best}.
 */
final class TruncatedModel {
  private static final long PAGE_BYTES = 4096;

  private static final GenerationRequest REQUEST =
      GenerationRequest.of(new Prompt.Text("Once upon a time", false, true))
          .withSampling(SamplingOptions.GREEDY)
          .withMaxTokens(64);

  private TruncatedModel() {}

  public static void main(String[] args) throws IOException {
    Path original = Path.of(args[0]);
    Path cut = Path.of(args[1], "cut.gguf");
    Files.copy(original, cut);
    OpenOptions options = OpenOptions.DEFAULT.withContextLength(128);
    if (!args[2].equals("best")) {
      options = options.withKernels(args[2]);
    }
    try (LanguageModel other = LanguageModels.open(original, options)) {
      String whole = answer(other);
      try (LanguageModel model = LanguageModels.open(cut, options)) {
        say("before", answer(model).equals(whole));
        long[] all = new long[Math.ceilDiv(model.card().vocabularySize(), Long.SIZE)];
        Arrays.fill(all, -1);
        say("during", outcome(model, REQUEST.withConstraint(() -> new Cut(cut, all))));
        say("after", outcome(model, REQUEST));
        say("other", answer(other).equals(whole));
      }
      Files.copy(original, cut, StandardCopyOption.REPLACE_EXISTING);
      try (LanguageModel model = LanguageModels.open(cut, options)) {
        say("reopened", answer(model).equals(whole));
      }
    }
    say("unguarded", readUnguarded(cut));
  }

  private static void say(String what, Object outcome) {
    System.out.println(what + ": " + outcome);
  }

  private static String answer(LanguageModel model) {
    return model.submit(REQUEST).await(GenerationListener.NONE).text();
  }

  private static String outcome(LanguageModel model, GenerationRequest request) {
    try {
      return "answered " + model.submit(request).await(GenerationListener.NONE).text();
    } catch (ModelFileChangedException e) {
      return e.getMessage();
    }
  }

  /** Allows everything, and cuts the file on the engine's side, between the first two passes. */
  private static final class Cut implements TokenConstraint {
    private final Path file;
    private final long[] all;
    private boolean done;

    Cut(Path file, long[] all) {
      this.file = file;
      this.all = all;
    }

    @Override
    public long[] allowed() {
      return all;
    }

    @Override
    public void accept(int id) {
      if (!done) {
        truncate(file);
        done = true;
      }
    }
  }

  private static void truncate(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      // Embeddings stay, which Java reads; what is gone is read by machine code first.
      channel.truncate(channel.size() / 2);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a file that nobody guards the JVM itself says what it always said. */
  private static String readUnguarded(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = FileMapping.mapReadOnly(file, arena);
      truncate(file);
      long sum = 0;
      for (long at = 0; at < mapped.byteSize(); at += PAGE_BYTES) {
        sum += mapped.get(ValueLayout.JAVA_BYTE, at);
      }
      return "read " + sum;
    } catch (InternalError e) {
      return "InternalError";
    }
  }
}
