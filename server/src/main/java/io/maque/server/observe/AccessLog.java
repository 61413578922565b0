package io.maque.server.observe;

import io.maque.server.config.ServerConfig.AccessLogTarget;
import io.maque.server.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * A JSON document a line, one for each request. Lines are written whole. What a client sent is
 * inside JSON strings, where it cannot begin a line of its own.
 */
public final class AccessLog implements AutoCloseable {
  private final OutputStream out;
  private final boolean owned;

  private AccessLog(OutputStream out, boolean owned) {
    this.out = out;
    this.owned = owned;
  }

  /**
   * Opens the log.
   *
   * @param standardError where lines go when they go to no file
   */
  public static AccessLog open(AccessLogTarget target, OutputStream standardError) {
    return switch (target) {
      case AccessLogTarget.Off() -> new AccessLog(OutputStream.nullOutputStream(), false);
      case AccessLogTarget.StandardError() -> new AccessLog(standardError, false);
      case AccessLogTarget.AppendTo(Path file) -> {
        try {
          yield new AccessLog(
              Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
              true);
        } catch (IOException e) {
          throw new UncheckedIOException("cannot write the access log " + file, e);
        }
      }
    };
  }

  synchronized void write(Map<String, Object> line) {
    byte[] json = Json.write(line);
    byte[] whole = new byte[json.length + 1];
    System.arraycopy(json, 0, whole, 0, json.length);
    whole[json.length] = '\n';
    try {
      out.write(whole);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the access log", e);
    }
  }

  @Override
  public synchronized void close() {
    if (owned) {
      try {
        out.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close the access log", e);
      }
    }
  }
}
