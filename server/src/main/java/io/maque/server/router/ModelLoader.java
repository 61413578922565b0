package io.maque.server.router;

import io.maque.boot.LanguageModels;
import io.maque.boot.ModelPreview;
import io.maque.boot.OpenOptions;
import io.maque.generate.LanguageModel;
import io.maque.hub.store.ModelFiles;
import java.util.function.Consumer;

/** How the pool brings a model into memory; replaced where no real one is wanted. */
public interface ModelLoader {

  /** What the model is and takes. */
  ModelPreview preview(ModelFiles files);

  /** The open model. */
  LanguageModel open(ModelFiles files);

  /**
   * Opens files in this process. A context longer than a model was trained for becomes the model's
   * own: one option serves models of different kinds.
   *
   * @param opened hears of each model that was opened, before anybody uses it
   */
  static ModelLoader of(OpenOptions options, Consumer<LanguageModel> opened) {
    return new ModelLoader() {
      @Override
      public ModelPreview preview(ModelFiles files) {
        return ModelPreview.read(files.model(), fitting(files));
      }

      @Override
      public LanguageModel open(ModelFiles files) {
        LanguageModel model = LanguageModels.open(files.model(), fitting(files));
        opened.accept(model);
        return model;
      }

      private OpenOptions fitting(ModelFiles files) {
        OpenOptions whole = files.projector().map(options::withProjector).orElse(options);
        if (options.contextLength() == 0) {
          return whole;
        }
        int trained =
            ModelPreview.read(files.model(), options.withContextLength(0))
                .card()
                .trainedContextLength();
        return whole.withContextLength(Math.min(trained, options.contextLength()));
      }
    };
  }
}
