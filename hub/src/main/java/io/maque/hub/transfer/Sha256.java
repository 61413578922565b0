package io.maque.hub.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/** SHA-256 checksums as 64 lower-case hexadecimal digits, the only spelling accepted anywhere. */
public record Sha256(String hex) {
  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{64}");
  private static final int BUFFER_BYTES = 1 << 20;

  public Sha256 {
    if (!SHAPE.matcher(hex).matches()) {
      throw new PullException(
          "a checksum of %d characters that is not 64 lower-case hexadecimal digits"
              .formatted(hex.length()));
    }
  }

  /** The checksum that {@code text} spells, or empty when it spells none. */
  public static Optional<Sha256> find(String text) {
    return SHAPE.matcher(text).matches() ? Optional.of(new Sha256(text)) : Optional.empty();
  }

  /** The checksum of a file; {@code done} hears how many bytes were read. */
  public static Sha256 of(Path file, LongConsumer done) throws IOException {
    MessageDigest digest = newDigest();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (FileChannel channel = FileChannel.open(file)) {
      // Reading through an interruptible channel: an interrupt ends it with an exception.
      for (long total = 0; channel.read(buffer.clear()) >= 0; done.accept(total)) {
        total += buffer.flip().remaining();
        digest.update(buffer);
      }
    }
    return new Sha256(HexFormat.of().formatHex(digest.digest()));
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
