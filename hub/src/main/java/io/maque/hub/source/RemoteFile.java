package io.maque.hub.source;

import io.maque.hub.reference.FileRole;
import io.maque.hub.transfer.Progress;
import io.maque.hub.transfer.Sha256;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file at its source.
 *
 * @param name the name it gets in the store
 * @param bytes its size, when the source tells and the file will take that much room
 * @param sha256 its checksum, when the source tells
 */
public record RemoteFile(
    String name, FileRole role, OptionalLong bytes, Optional<Sha256> sha256, Content content) {

  /** How the bytes are fetched. */
  @FunctionalInterface
  public interface Content {
    /**
     * Completes {@code partial}, going on from what is already there where the source can. Other
     * files may be made beside it, with names that begin with its name.
     */
    void fetch(Path partial, Progress progress);
  }

  /** The same file under another name, in another role. */
  public RemoteFile as(String newName, FileRole newRole) {
    return new RemoteFile(newName, newRole, bytes, sha256, content);
  }
}
