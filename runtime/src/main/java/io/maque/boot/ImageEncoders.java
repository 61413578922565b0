package io.maque.boot;

import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufMetadata;
import io.maque.gguf.Quoted;
import io.maque.kernel.Kernels;
import io.maque.model.ImageEncoder;
import io.maque.model.UnsupportedModelException;
import io.maque.model.vision.ClipLlava;
import io.maque.model.vision.EvaLinear;
import io.maque.model.vision.EvaQFormer;
import io.maque.model.vision.Qwen3VlVision;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** The list of image encoders: {@code clip.projector_type} to the class that runs it. */
public final class ImageEncoders {
  private static final String ARCHITECTURE = "clip";
  private static final String KEY = "clip.projector_type";

  private static final Map<String, BiFunction<GgufFile, Kernels, ImageEncoder>> LOADERS =
      new TreeMap<>(
          Map.of(
              ClipLlava.PROJECTOR_TYPE, ClipLlava::new,
              EvaQFormer.PROJECTOR_TYPE, EvaQFormer::new,
              EvaLinear.PROJECTOR_TYPE, EvaLinear::new,
              Qwen3VlVision.PROJECTOR_TYPE, Qwen3VlVision::new));

  private ImageEncoders() {}

  /** All projector types. */
  public static SortedSet<String> projectorTypes() {
    return new TreeSet<>(LOADERS.keySet());
  }

  /** Whether an open file says that it is an image encoder. */
  public static boolean isImageEncoder(GgufFile file) {
    return architecture(file).equals(ARCHITECTURE);
  }

  private static String architecture(GgufFile file) {
    return file.metadata().findString("general.architecture").orElse("");
  }

  /**
   * The projector type of an open {@code mmproj} file.
   *
   * @throws UnsupportedModelException when the file is no image encoder, or of none that is listed
   */
  public static String projectorType(GgufFile file) {
    if (!isImageEncoder(file)) {
      throw new UnsupportedModelException(
          "%s: expected the file of an image encoder (general.architecture %s), found %s"
              .formatted(file.path().getFileName(), ARCHITECTURE, Quoted.of(architecture(file))));
    }
    GgufMetadata metadata = file.metadata();
    String type =
        metadata
            .findString(KEY)
            .or(() -> metadata.findString("clip.vision.projector_type"))
            .orElseGet(() -> earliestType(metadata));
    if (!LOADERS.containsKey(type)) {
      throw new UnsupportedModelException(
          "key %s: expected one of %s, found %s"
              .formatted(KEY, String.join(", ", LOADERS.keySet()), Quoted.of(type)));
    }
    return type;
  }

  /**
   * The encoder of an open {@code mmproj} file. Its weights stay in the file, which must outlive
   * it.
   *
   * @param kernels run its layers
   * @throws UnsupportedModelException when the file is no image encoder, no listed class runs it,
   *     or its hyper-parameters or tensors are not as the class has them
   */
  public static ImageEncoder load(GgufFile file, Kernels kernels) {
    return LOADERS.get(projectorType(file)).apply(file, kernels);
  }

  /** Before there was a choice, files said only that they have LLaVA's projector. */
  private static String earliestType(GgufMetadata metadata) {
    if (metadata.findBoolean("clip.has_llava_projector").orElse(false)) {
      return ClipLlava.PROJECTOR_TYPE;
    }
    throw new UnsupportedModelException(
        "key %s: expected one of %s, found no such key"
            .formatted(KEY, String.join(", ", LOADERS.keySet())));
  }
}
