package io.maque.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.fixture.TinyGguf;
import io.maque.fixture.TinyModels;
import io.maque.fixture.TinyVision;
import io.maque.generate.LanguageModel;
import io.maque.server.connection.ConnectionLimits;
import io.maque.server.router.FixedModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A real server on a free port with one tiny model, and the JDK's client at default settings, which
 * offers HTTP/2 with its first request.
 */
public class TinyServer implements AutoCloseable {
  /** The model's name in requests. */
  public static final String MODEL = "tiny";

  /** A model that answers until it is cancelled. */
  public static final String ENDLESS = "endless";

  /** Beside a model that takes pictures, one that takes text only. */
  public static final String BLIND = "blind";

  /** Short, so that tests see them at work. */
  private static final ConnectionLimits LIMITS =
      new ConnectionLimits(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(4));

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Path> files;
  private final LanguageModel model;
  private final MaqueServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  private TinyServer(List<Path> files, LanguageModel model, Map<String, LanguageModel> served) {
    this.files = files;
    this.model = model;
    this.server = MaqueServer.start(new FixedModels(served), "127.0.0.1", 0, LIMITS);
  }

  /** Four sequences at a time, eight may wait. */
  public static TinyServer start() {
    return start(OpenOptions.DEFAULT.withMaxSequences(4).withQueueCapacity(8));
  }

  /** A server whose model is opened in a certain way. */
  public static TinyServer start(OpenOptions options) {
    return start(TinyModels.chat(7), options);
  }

  /** A server with another model. */
  public static TinyServer start(TinyGguf gguf, OpenOptions options) {
    try {
      Path file = Files.createTempFile("tiny", ".gguf");
      gguf.write(file);
      LanguageModel model = LanguageModels.open(file, options);
      Map<String, LanguageModel> served = new LinkedHashMap<>();
      served.put(MODEL, model);
      served.put(ENDLESS, new EndlessModel(model));
      return new TinyServer(List.of(file), model, served);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A server with a model that takes pictures, {@link #MODEL}, and one that does not. */
  public static TinyServer startWithEyes() {
    OpenOptions options = OpenOptions.DEFAULT.withMaxSequences(2).withQueueCapacity(8);
    try {
      Path file = Files.createTempFile("tiny", ".gguf");
      Path encoder = Files.createTempFile("tiny", ".mmproj.gguf");
      TinyModels.chat(7).write(file);
      TinyVision.encoder(8).write(encoder);
      LanguageModel model = LanguageModels.open(file, options.withProjector(encoder));
      LanguageModel blind = LanguageModels.open(file, options);
      return new TinyServer(List.of(file, encoder), model, Map.of(MODEL, model, BLIND, blind)) {
        @Override
        public void close() {
          super.close();
          blind.close();
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The model that answers, to ask it directly. */
  public LanguageModel model() {
    return model;
  }

  /** The port the server listens on. */
  public int port() {
    return server.port();
  }

  /** A request to fill. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
  }

  /** Sends a request. */
  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code GET}. */
  public HttpResponse<String> get(String path) {
    return send(request(path));
  }

  /** {@code POST} of JSON. */
  public HttpResponse<String> post(String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** The body as JSON. */
  public static JsonNode json(HttpResponse<String> response) {
    return json(response.body());
  }

  /** A text as JSON. */
  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException("no JSON: " + text, e);
    }
  }

  /** The data of the server-sent events of a body. */
  public static List<String> events(HttpResponse<String> response) {
    return response
        .body()
        .lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> line.substring("data: ".length()))
        .toList();
  }

  @Override
  public void close() {
    client.close();
    server.close();
    model.close();
    try {
      for (Path file : files) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
