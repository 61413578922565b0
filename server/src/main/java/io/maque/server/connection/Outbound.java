package io.maque.server.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.maque.metrics.Stopwatch;
import java.time.Duration;

/** Writes to a client, and knows since when it waits for the client to read. */
final class Outbound implements DataWriter {
  private final DataWriter writer;
  private volatile Stopwatch writing;

  Outbound(DataWriter writer) {
    this.writer = writer;
  }

  boolean isLate(Duration limit) {
    return ClientConnection.isOver(writing, limit);
  }

  @Override
  public void write(BufferData... buffers) {
    timed(() -> writer.write(buffers));
  }

  @Override
  public void write(BufferData buffer) {
    timed(() -> writer.write(buffer));
  }

  @Override
  public void writeNow(BufferData... buffers) {
    timed(() -> writer.writeNow(buffers));
  }

  @Override
  public void writeNow(BufferData buffer) {
    timed(() -> writer.writeNow(buffer));
  }

  /** Over HTTP/2 several streams write: the web server lets one after the other. */
  private void timed(Runnable write) {
    writing = Stopwatch.start();
    try {
      write.run();
    } finally {
      writing = null;
    }
  }

  @Override
  public void flush() {
    writer.flush();
  }

  @Override
  public void close() {
    writer.close();
  }
}
