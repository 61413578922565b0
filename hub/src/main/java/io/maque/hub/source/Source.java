package io.maque.hub.source;

import io.maque.hub.reference.ModelReference;
import java.util.List;

/**
 * A place from which models can be fetched.
 *
 * @param <R> the references it understands
 */
public interface Source<R extends ModelReference> {
  /**
   * The files of a model, language model first. Asks the place for names, sizes and checksums but
   * fetches no weights.
   *
   * @throws io.maque.hub.transfer.PullException when the place does not have the model
   */
  List<RemoteFile> files(R reference);
}
