package io.maque.server.connection;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Serves HTTP/1.0, which some proxies and health checks still speak and the web server does not:
 * the first request is read as HTTP/1.1 that closes the connection afterwards. What such a client
 * does not get is a stream without chunks.
 */
final class OldHttp {
  private static final String OLD = " HTTP/1.0\r\n";
  private static final String NEW = " HTTP/1.1\r\nConnection: close\r\n";

  /** No longer first line is accepted by the web server either. */
  private static final int MAX_LINE = 4096;

  private OldHttp() {}

  /**
   * The begin of a connection, with its first line made HTTP/1.1.
   *
   * @param more the bytes after {@code begin}; null at the end
   */
  static byte[] asHttp11(byte[] begin, Supplier<byte[]> more) {
    byte[] bytes = begin;
    int end = lineEnd(bytes);
    while (end < 0 && bytes.length < MAX_LINE) {
      byte[] next = more.get();
      if (next == null) {
        return bytes;
      }
      bytes = Inbound.concat(bytes, next);
      end = lineEnd(bytes);
    }
    if (end < 0) {
      return bytes;
    }
    String line = new String(bytes, 0, end + 1, StandardCharsets.ISO_8859_1);
    if (!line.endsWith(OLD)) {
      return bytes;
    }
    String changed = line.substring(0, line.length() - OLD.length()) + NEW;
    byte[] rest = Arrays.copyOfRange(bytes, end + 1, bytes.length);
    return Inbound.concat(changed.getBytes(StandardCharsets.ISO_8859_1), rest);
  }

  private static int lineEnd(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
