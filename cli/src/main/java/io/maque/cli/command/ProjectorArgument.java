package io.maque.cli.command;

import io.maque.hub.store.ModelFiles;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The image encoder, for every command that shows pictures to a model. */
final class ProjectorArgument {
  @Option(
      names = "--mmproj",
      paramLabel = "FILE",
      description =
          "Image encoder of a vision model that is given by path; models of the store have theirs.")
  private Path projector;

  /** The files of a model, with the encoder that the user names. */
  ModelFiles with(ModelFiles files) {
    return projector == null
        ? files
        : new ModelFiles(files.name(), files.model(), Optional.of(projector));
  }
}
