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
              ClipLlava.PROJECTOR_TYPE, parts -> new LlavaPhi3(parts.encoder()),
              EvaQFormer.PROJECTOR_TYPE, parts -> MiniGpt4.vicuna(parts.file(), parts.encoder()),
              EvaLinear.PROJECTOR_TYPE, parts -> MiniGpt4.llama2(parts.file(), parts.encoder()),
              Qwen3VlVision.PROJECTOR_TYPE,
                  parts ->
                      Qwen3Vl.of(
                          parts.encoder(), parts.textFile(), parts.text(), parts.contextLength())));

  /**
   * An encoder and a text model whose rows are of the same width.
   *
   * @param file of the encoder
   * @param contextLength longest sequence
   */
  private record Parts(
      GgufFile file,
      ImageEncoder encoder,
      GgufFile textFile,
      TextModelConfig text,
      int contextLength) {}

  @FunctionalInterface
  private interface Joint {
    VisionLanguageModel join(Parts parts);
  }

  private VisionLanguageModels() {}

  /** The projector types of all models. */
  static SortedSet<String> projectorTypes() {
    return new TreeSet<>(JOINTS.keySet());
  }

  /**
   * Joins a text model and the image encoder, if there is one among the files.
   *
   * @param contextLength longest sequence, which bounds what a picture may take
   * @throws UnsupportedModelException when Maque does not know the encoder, or it does not belong
   *     to this text model
   */
  static Optional<VisionLanguageModel> join(
      OpenFiles files, TextModelConfig text, int contextLength, Kernels kernels) {
    return files
        .projector()
        .map(projector -> {
          ImageEncoder encoder = ImageEncoders.load(projector, kernels);
          return join(new Parts(projector, encoder, files.model(), text, contextLength));
        });
  }

  private static VisionLanguageModel join(Parts parts) {
    int made = parts.encoder().embeddingLength();
    int taken = parts.text().embeddingLength();
    if (made != taken) {
      throw new UnsupportedModelException(
          ("%s does not belong to %s: it makes rows of %d values, the text model takes %d; give the"
                  + " image encoder that was published with this text model")
              .formatted(
                  parts.file().path().getFileName(),
                  parts.textFile().path().getFileName(),
                  made,
                  taken));
    }
    return JOINTS.get(ImageEncoders.projectorType(parts.file())).join(parts);
  }
}
