package io.maque.hub.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * The right to change one model of the store, held by one thread of one process at a time.
 *
 * <p>The operating system's file lock keeps processes apart and ends with its process. It does not
 * keep threads apart, and on POSIX closing any channel of the file gives it up, so threads of this
 * process first queue among themselves.
 */
public final class ModelLock implements AutoCloseable {
  private static final long POLL_MILLIS = 100;

  /** Lock files that threads of this process hold or try to lock; guarded by itself. */
  private static final Set<Path> CLAIMED = new HashSet<>();

  private final Path file;
  private final FileChannel channel;

  private ModelLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Waits for the lock.
   *
   * @param onWait runs if somebody else holds it, before the waiting begins
   */
  static ModelLock acquire(Path file, Runnable onWait) throws IOException, InterruptedException {
    Files.createDirectories(file.getParent());
    // One spelling per file, so that a store reached over a symbolic link is the same store.
    Path real = file.getParent().toRealPath().resolve(file.getFileName());
    claim(real, onWait);
    FileChannel channel = null;
    boolean held = false;
    try {
      channel = FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock(channel, onWait);
      held = true;
      return new ModelLock(real, channel);
    } finally {
      if (!held) {
        if (channel != null) {
          channel.close();
        }
        release(real);
      }
    }
  }

  private static void claim(Path file, Runnable onWait) throws InterruptedException {
    boolean claimed;
    synchronized (CLAIMED) {
      claimed = CLAIMED.add(file);
    }
    if (claimed) {
      return;
    }
    onWait.run();
    synchronized (CLAIMED) {
      while (!CLAIMED.add(file)) {
        CLAIMED.wait();
      }
    }
  }

  private static void release(Path file) {
    synchronized (CLAIMED) {
      CLAIMED.remove(file);
      CLAIMED.notifyAll();
    }
  }

  private static void lock(FileChannel channel, Runnable onWait)
      throws IOException, InterruptedException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      onWait.run();
    }
    for (; lock == null; lock = channel.tryLock()) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Gives the lock up. The lock file stays: removing it would let two holders in. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      release(file);
    }
  }
}
