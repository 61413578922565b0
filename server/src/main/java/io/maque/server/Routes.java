package io.maque.server;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.maque.server.answer.ModelErrors;
import io.maque.server.connection.ClientConnection;
import io.maque.server.handler.ChatCompletionsHandler;
import io.maque.server.handler.CompletionsHandler;
import io.maque.server.handler.EmbeddingsHandler;
import io.maque.server.handler.HealthHandler;
import io.maque.server.handler.LiveHandler;
import io.maque.server.handler.MetricsHandler;
import io.maque.server.handler.ModelHandler;
import io.maque.server.handler.ModelsHandler;
import io.maque.server.handler.OllamaEmbedHandler;
import io.maque.server.handler.OllamaEmbeddingsHandler;
import io.maque.server.handler.OllamaManagementHandler;
import io.maque.server.handler.OllamaPsHandler;
import io.maque.server.handler.OllamaQuestionHandler;
import io.maque.server.handler.OllamaShowHandler;
import io.maque.server.handler.OllamaTagsHandler;
import io.maque.server.handler.OllamaVersionHandler;
import io.maque.server.handler.PageFileHandler;
import io.maque.server.handler.PageHandler;
import io.maque.server.handler.PdfPagesHandler;
import io.maque.server.handler.SuggestionsHandler;
import io.maque.server.http.Endpoint;
import io.maque.server.http.EndpointAdapter;
import io.maque.server.http.HttpErrors;
import io.maque.server.observe.Readiness;
import io.maque.server.ollama.ChatRequest;
import io.maque.server.ollama.GenerateRequest;
import io.maque.server.page.PageFiles;
import io.maque.server.pdf.PdfPages;
import io.maque.server.picture.Pictures;
import io.maque.server.picture.RemotePictures;
import io.maque.server.router.Models;
import io.maque.server.router.Suggestions;
import io.maque.server.schema.Grammars;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Every endpoint there is, a line each: the table of contents of the server. */
final class Routes {
  private static final Duration PDF_LIMIT = Duration.ofSeconds(60);

  private final HttpRouting.Builder routing = HttpRouting.builder();

  private Routes() {}

  /**
   * @param imageHosts from which pictures may be fetched
   * @param filters that every request passes first, outermost first
   */
  static HttpRouting.Builder of(
      Models models,
      InstantSource clock,
      Readiness readiness,
      MaqueServer.Parts parts,
      List<String> imageHosts,
      List<Filter> filters) {
    Instant startedAt = clock.instant();
    long started = startedAt.getEpochSecond();
    Routes routes = new Routes();
    routes.routing.addFilter(Routes::tellWhenAnswered);
    filters.forEach(routes.routing::addFilter);

    Grammars grammars = parts.grammars();
    Pictures pictures = new Pictures(RemotePictures.from(imageHosts));

    // OpenAI
    routes.post(
        "/v1/chat/completions", new ChatCompletionsHandler(models, pictures, grammars, clock));
    routes.post("/v1/completions", new CompletionsHandler(models, clock));
    routes.post("/v1/embeddings", new EmbeddingsHandler(models));
    routes.get("/v1/models", new ModelsHandler(models, started));
    routes.get("/v1/models/{id}", new ModelHandler(models, started));

    // The page
    routes.get("/", new PageHandler(PageFiles::shared));
    routes.get("/assets/{version}/{+name}", new PageFileHandler(PageFiles::shared));
    routes.get("/page/suggestions", new SuggestionsHandler(Suggestions::ofThisMachine));
    routes.post("/page/pdf", new PdfPagesHandler(new PdfPages(PDF_LIMIT)));

    // Ollama
    routes.post(
        "/api/chat",
        new OllamaQuestionHandler(
            body -> ChatRequest.read(body, pictures), models, grammars, clock));
    routes.post(
        "/api/generate",
        new OllamaQuestionHandler(
            body -> GenerateRequest.read(body, pictures), models, grammars, clock));
    routes.post("/api/embed", new OllamaEmbedHandler(models));
    routes.post("/api/embeddings", new OllamaEmbeddingsHandler(models));
    routes.get("/api/tags", new OllamaTagsHandler(models, startedAt));
    routes.post("/api/show", new OllamaShowHandler(models, startedAt));
    routes.get("/api/ps", new OllamaPsHandler(models, clock));
    routes.get("/api/version", new OllamaVersionHandler());
    routes.any("/api/pull", new OllamaManagementHandler("run 'maque pull NAME'"));
    routes.any("/api/delete", new OllamaManagementHandler("run 'maque rm NAME'"));
    routes.any("/api/create", new OllamaManagementHandler("run 'maque pull REFERENCE'"));
    routes.any("/api/copy", new OllamaManagementHandler("run 'maque pull REFERENCE'"));
    routes.any("/api/push", new OllamaManagementHandler("publish the model's file"));
    routes.any("/api/blobs/{digest}", new OllamaManagementHandler("run 'maque pull REFERENCE'"));

    // Operations
    routes.get("/health", new HealthHandler(readiness));
    routes.get("/health/ready", new HealthHandler(readiness));
    routes.get("/health/live", new LiveHandler());
    routes.get("/metrics", new MetricsHandler(parts.meters()));

    return HttpErrors.addTo(routes.routing);
  }

  private static void tellWhenAnswered(
      FilterChain chain, RoutingRequest request, RoutingResponse response) {
    ClientConnection connection = ClientConnection.of(request);
    connection.asked();
    try {
      chain.proceed();
    } finally {
      connection.answered(request);
    }
  }

  private void get(String path, Endpoint endpoint) {
    EndpointAdapter adapter = new EndpointAdapter(endpoint, ModelErrors::toHttp);
    routing.get(path, adapter);
    routing.head(path, adapter);
    routing.any(path, HttpErrors.wrongMethod("GET, HEAD"));
  }

  private void any(String path, Endpoint endpoint) {
    routing.any(path, new EndpointAdapter(endpoint, ModelErrors::toHttp));
  }

  private void post(String path, Endpoint endpoint) {
    routing.post(path, new EndpointAdapter(endpoint, ModelErrors::toHttp));
    routing.any(path, HttpErrors.wrongMethod("POST"));
  }
}
