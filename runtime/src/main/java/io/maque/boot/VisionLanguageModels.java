package io.maque.boot;

import io.maque.gguf.GgufFile;
import io.maque.kernel.Kernels;
import io.maque.model.ImageEncoder;
import io.maque.model.TextModelConfig;
import io.maque.model.UnsupportedModelException;
import io.maque.model.multimodal.LlavaPhi3;
import io.maque.model.multimodal.MiniGpt4;
import io.maque.model.multimodal.Qwen3Vl;
import io.maque.model.multimodal.VisionLanguageModel;
import io.maque.model.vision.ClipLlava;
import io.maque.model.vision.EvaLinear;
import io.maque.model.vision.EvaQFormer;
import io.maque.model.vision.Qwen3VlVision;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The list of vision-language models: {@code clip.projector_type} to the class that joins one. */
final class VisionLanguageModels {
  private static final Map<String, Joint> JOINTS =
      new TreeMap<>(
          Map.of(
              ClipLlava.PROJECTOR_TYPE, (file, text, encoder) -> new LlavaPhi3(encoder),
              EvaQFormer.PROJECTOR_TYPE, (file, text, encoder) -> MiniGpt4.vicuna(file, encoder),
              EvaLinear.PROJECTOR_TYPE, (file, text, encoder) -> MiniGpt4.llama2(file, encoder),
              Qwen3VlVision.PROJECTOR_TYPE, (file, text, encoder) -> Qwen3Vl.of(encoder, text)));

  /** Joins an encoder, of the given file, and a text model whose rows are of the same width. */
  @FunctionalInterface
  private interface Joint {
    VisionLanguageModel join(GgufFile projector, TextModelConfig text, ImageEncoder encoder);
  }

  private VisionLanguageModels() {}

  /** The projector types of all models. */
  static SortedSet<String> projectorTypes() {
    return new TreeSet<>(JOINTS.keySet());
  }

  /**
   * Joins a text model and the image encoder, if there is one among the files.
   *
   * @throws UnsupportedModelException when Maque does not know the encoder, or it does not belong
   *     to this text model
   */
  static Optional<VisionLanguageModel> join(
      OpenFiles files, TextModelConfig text, Kernels kernels) {
    return files.projector().map(projector -> join(projector, files.model(), text, kernels));
  }

  private static VisionLanguageModel join(
      GgufFile projector, GgufFile textFile, TextModelConfig text, Kernels kernels) {
    ImageEncoder encoder = ImageEncoders.load(projector, kernels);
    if (encoder.embeddingLength() != text.embeddingLength()) {
      throw new UnsupportedModelException(
          ("%s does not belong to %s: it makes rows of %d values, the text model takes %d; give the"
                  + " image encoder that was published with this text model")
              .formatted(
                  projector.path().getFileName(),
                  textFile.path().getFileName(),
                  encoder.embeddingLength(),
                  text.embeddingLength()));
    }
    return JOINTS.get(ImageEncoders.projectorType(projector)).join(projector, text, encoder);
  }
}
