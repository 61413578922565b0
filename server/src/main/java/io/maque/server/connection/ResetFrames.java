package io.maque.server.connection;

import java.util.function.IntConsumer;

/**
 * Finds {@code RST_STREAM} in the bytes of a client that speaks HTTP/2. The web server takes note
 * of it only when it writes to the stream, which may be minutes later.
 *
 * <p>A connection begins with a preface of 24 bytes; frames follow, each a header of 9 bytes
 * (length in 3, type in 1, flags in 1, stream in 4) and its payload (RFC 9113, sections 3.4, 4.1).
 */
final class ResetFrames {
  private static final int PREFACE = 24;
  private static final int HEADER = 9;
  private static final int RST_STREAM = 3;

  private final IntConsumer onReset;
  private final byte[] header = new byte[HEADER];
  private int headerBytes;
  private long skip = PREFACE;

  ResetFrames(IntConsumer onReset) {
    this.onReset = onReset;
  }

  void accept(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      if (skip > 0) {
        int skipped = (int) Math.min(skip, bytes.length - at);
        skip -= skipped;
        at += skipped;
      } else {
        header[headerBytes++] = bytes[at++];
        if (headerBytes == HEADER) {
          headerBytes = 0;
          frame();
        }
      }
    }
  }

  private void frame() {
    skip = (header[0] & 0xFF) << 16 | (header[1] & 0xFF) << 8 | header[2] & 0xFF;
    if (header[3] == RST_STREAM) {
      int stream =
          (header[5] & 0x7F) << 24
              | (header[6] & 0xFF) << 16
              | (header[7] & 0xFF) << 8
              | header[8] & 0xFF;
      onReset.accept(stream);
    }
  }
}
