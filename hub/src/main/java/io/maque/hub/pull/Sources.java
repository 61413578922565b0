package io.maque.hub.pull;

import io.maque.hub.reference.ModelReference;
import io.maque.hub.reference.ModelReference.LocalFile;
import io.maque.hub.reference.ModelReference.Named;
import io.maque.hub.reference.ModelReference.Ollama;
import io.maque.hub.reference.ModelReference.Repository;
import io.maque.hub.reference.ModelReference.Url;
import io.maque.hub.reference.PackageReference;
import io.maque.hub.source.RemoteFile;
import io.maque.hub.source.Source;
import java.util.List;

/** The source of each kind of reference. */
public record Sources(
    Source<Repository> huggingFace,
    Source<Repository> modelScope,
    Source<Ollama> ollama,
    Source<Url> url,
    Source<LocalFile> local,
    Source<PackageReference> packages) {

  List<RemoteFile> files(ModelReference reference) {
    return switch (reference) {
      case Repository repository ->
          switch (repository.site()) {
            case HUGGING_FACE -> huggingFace.files(repository);
            case MODEL_SCOPE -> modelScope.files(repository);
          };
      case Ollama model -> ollama.files(model);
      case Url address -> url.files(address);
      case LocalFile file -> local.files(file);
      case PackageReference model -> packages.files(model);
      case Named named ->
          throw new IllegalArgumentException(named.text() + " must be looked up in the catalogue");
    };
  }
}
