package io.maque.boot;

import io.maque.gguf.GgufFile;
import io.maque.gguf.Quoted;
import io.maque.kernel.Kernels;
import io.maque.model.TextModel;
import io.maque.model.UnsupportedModelException;
import io.maque.model.text.Gemma3;
import io.maque.model.text.Llama;
import io.maque.model.text.Phi3;
import io.maque.model.text.Qwen2;
import io.maque.model.text.Qwen3;
import io.maque.model.text.Qwen3Vl;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The list of text architectures: {@code general.architecture} to the class that runs it. */
public final class Architectures {
  private static final Map<String, Loader> LOADERS =
      new TreeMap<>(
          Map.of(
              Gemma3.ARCHITECTURE, (file, kernels, contextLength) -> new Gemma3(file, kernels),
              Llama.ARCHITECTURE, (file, kernels, contextLength) -> new Llama(file, kernels),
              Phi3.ARCHITECTURE, Phi3::new,
              Qwen2.ARCHITECTURE, (file, kernels, contextLength) -> new Qwen2(file, kernels),
              Qwen3.ARCHITECTURE, (file, kernels, contextLength) -> new Qwen3(file, kernels),
              Qwen3Vl.ARCHITECTURE, (file, kernels, contextLength) -> new Qwen3Vl(file, kernels)));

  @FunctionalInterface
  private interface Loader {
    TextModel load(GgufFile file, Kernels kernels, int contextLength);
  }

  private Architectures() {}

  /** The names of all architectures. */
  public static SortedSet<String> names() {
    return new TreeSet<>(LOADERS.keySet());
  }

  /**
   * The model of an open file. Its weights stay in the file, which must outlive it.
   *
   * @param kernels run its layers
   * @param contextLength longest sequence it will be used for, at least 1; some models choose their
   *     rotary frequencies by it
   * @throws UnsupportedModelException when no listed architecture runs the file, or its
   *     hyper-parameters or tensors are not as the architecture has them
   */
  public static TextModel load(GgufFile file, Kernels kernels, int contextLength) {
    if (contextLength < 1) {
      throw new IllegalArgumentException(
          "contextLength: expected at least 1, found " + contextLength);
    }
    String name =
        file.metadata()
            .findString("general.architecture")
            .orElseThrow(() ->
                new UnsupportedModelException(
                    "key general.architecture: expected one of %s, found no such key"
                        .formatted(String.join(", ", LOADERS.keySet()))));
    Loader loader = LOADERS.get(name);
    if (loader == null) {
      throw new UnsupportedModelException(
          "key general.architecture: expected one of %s, found %s"
              .formatted(String.join(", ", LOADERS.keySet()), Quoted.of(name)));
    }
    return loader.load(file, kernels, contextLength);
  }
}
