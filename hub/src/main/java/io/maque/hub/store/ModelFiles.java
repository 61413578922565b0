package io.maque.hub.store;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files to open for a model.
 *
 * @param name how the model is called in answers and reports
 * @param model the GGUF file; the first one when the weights are split over several
 * @param projector the image encoder of a vision model
 */
public record ModelFiles(String name, Path model, Optional<Path> projector) {}
