package io.maque.server.router;

import io.maque.boot.LanguageModels;
import io.maque.boot.ModelPreview;
import io.maque.boot.OpenOptions;
import io.maque.generate.LanguageModel;
import java.nio.file.Path;
import java.util.function.Consumer;

/** How the pool brings a model into memory; replaced where no real one is wanted. */
public interface ModelLoader {

  /** What the model is and takes. */
  ModelPreview preview(Path file);

  /** The open model. */
  LanguageModel open(Path file);

  /**
   * Opens files in this process. A context longer than a model was trained for becomes the model's
   * own: one option serves models of different kinds.
   *
   * @param opened hears of each model that was opened, before anybody uses it
   */
  static ModelLoader of(OpenOptions options, Consumer<LanguageModel> opened) {
    return new ModelLoader() {
      @Override
      public ModelPreview preview(Path file) {
        return ModelPreview.read(file, fitting(file));
      }

      @Override
      public LanguageModel open(Path file) {
        LanguageModel model = LanguageModels.open(file, fitting(file));
        opened.accept(model);
        return model;
      }

      private OpenOptions fitting(Path file) {
        if (options.contextLength() == 0) {
          return options;
        }
        int trained =
            ModelPreview.read(file, options.withContextLength(0)).card().trainedContextLength();
        return options.withContextLength(Math.min(trained, options.contextLength()));
      }
    };
  }
}
