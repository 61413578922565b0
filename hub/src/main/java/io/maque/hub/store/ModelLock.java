package io.maque.hub.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The right to change one model of the store, held by one thread of one process at a time.
 *
 * <p>The operating system's file lock keeps processes apart and ends with its process. It does not
 * keep threads apart, and on POSIX closing any channel of the file gives it up, so threads of this
 * process first queue at a lock of their own.
 */
public final class ModelLock implements AutoCloseable {
  private static final long POLL_MILLIS = 100;
  // A fixed number, shared by name; a thread holds at most one of them.
  private static final ReentrantLock[] THREADS =
      Stream.generate(ReentrantLock::new).limit(64).toArray(ReentrantLock[]::new);

  private final ReentrantLock threads;
  private final FileChannel channel;

  private ModelLock(ReentrantLock threads, FileChannel channel) {
    this.threads = threads;
    this.channel = channel;
  }

  /**
   * Waits for the lock.
   *
   * @param onWait runs once if somebody else holds it
   */
  static ModelLock acquire(Path file, Runnable onWait) throws IOException, InterruptedException {
    Files.createDirectories(file.getParent());
    // One spelling per file, so that a store reached over a symbolic link is the same store.
    Path real = file.getParent().toRealPath().resolve(file.getFileName());
    ReentrantLock threads = THREADS[Math.floorMod(real.hashCode(), THREADS.length)];
    boolean waited = false;
    if (!threads.tryLock()) {
      onWait.run();
      waited = true;
      threads.lockInterruptibly();
    }
    FileChannel channel = null;
    boolean held = false;
    try {
      channel = FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      for (FileLock lock = channel.tryLock(); lock == null; lock = channel.tryLock()) {
        if (!waited) {
          onWait.run();
          waited = true;
        }
        Thread.sleep(POLL_MILLIS);
      }
      held = true;
      return new ModelLock(threads, channel);
    } finally {
      if (!held) {
        if (channel != null) {
          channel.close();
        }
        threads.unlock();
      }
    }
  }

  /** Gives the lock up. The lock file stays: removing it would let two holders in. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      threads.unlock();
    }
  }
}
