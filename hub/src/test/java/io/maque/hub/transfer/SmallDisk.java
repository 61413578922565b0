package io.maque.hub.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A disk that runs full after a number of bytes, and may not have said so before. */
public final class SmallDisk implements Disk {
  private final long claimedBytes;
  private long leftBytes;

  /**
   * @param claimedBytes what it says is free
   * @param leftBytes what can really be written
   */
  public SmallDisk(long claimedBytes, long leftBytes) {
    this.claimedBytes = claimedBytes;
    this.leftBytes = leftBytes;
  }

  @Override
  public long usableBytes(Path directory) {
    return claimedBytes;
  }

  @Override
  public Sink open(Path file, long offset) throws IOException {
    Sink real = Disk.SYSTEM.open(file, offset);
    return new Sink() {
      @Override
      public int write(ByteBuffer source) throws IOException {
        if (leftBytes == 0) {
          throw new IOException("No space left on device");
        }
        int fits = (int) Math.min(source.remaining(), leftBytes);
        ByteBuffer piece = source.slice(source.position(), fits);
        int written = real.write(piece);
        source.position(source.position() + written);
        leftBytes -= written;
        return written;
      }

      @Override
      public void force() throws IOException {
        real.force();
      }

      @Override
      public boolean isOpen() {
        return real.isOpen();
      }

      @Override
      public void close() throws IOException {
        real.close();
      }
    };
  }
}
