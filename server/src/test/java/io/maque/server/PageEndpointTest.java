package io.maque.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.hub.catalogue.Catalogue;
import io.maque.hub.catalogue.CatalogueEntry;
import io.maque.hub.reference.StoreName;
import io.maque.server.page.PageFile;
import io.maque.server.page.PageFiles;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PageEndpointTest {
  private static final Pattern ADDRESS = Pattern.compile("(?:src|href)=\"([^\"#]+)\"");
  private static final Pattern IMPORT =
      Pattern.compile("(?:from|import\\()\\s*\"(\\.[^\"]+)\"|^import \"(\\.[^\"]+)\"");

  private static TinyServer server;

  @BeforeAll
  static void start() {
    server = TinyServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void thePageAllowsNothingFromElsewhere() {
    HttpResponse<String> page = server.get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "img-src 'self' data: blob:")
        .contains("require-trusted-types-for 'script'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "http");
    assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
    assertThat(page.body()).doesNotContain("style=", "onclick", "http://", "https://", "{{");
  }

  @Test
  void everythingThePageNamesIsServed() {
    List<String> addresses = matches(ADDRESS, server.get("/").body());

    assertThat(addresses).hasSizeGreaterThan(8).allMatch(each -> each.startsWith("assets/"));
    assertThat(addresses)
        .allSatisfy(
            each -> assertThat(server.get("/" + each).statusCode()).as(each).isEqualTo(200));
  }

  @Test
  void everyModuleImportsFilesThatExist() {
    PageFiles files = PageFiles.read();
    for (String name : files.names()) {
      if (!name.startsWith("js/")) {
        continue;
      }
      String source = new String(files.find(name).orElseThrow().bytes(), UTF_8);
      for (String target : matches(IMPORT, source)) {
        String resolved = Path.of(name).resolveSibling(target).normalize().toString();
        assertThat(files.names()).as(name + " imports " + target).contains(resolved);
      }
    }
  }

  @Test
  void filesOfThePageAreKeptForEverUnderTheirVersion() {
    String main = server.get("/").body().replaceAll("(?s).*\"(assets/[^\"]+main.js)\".*", "$1");
    HttpResponse<String> file = server.get("/" + main);

    assertThat(file.headers().firstValue("Content-Type"))
        .hasValue("text/javascript; charset=utf-8");
    assertThat(file.headers().firstValue("Cache-Control").orElseThrow()).contains("immutable");
    assertThat(file.headers().firstValue("Content-Security-Policy")).isPresent();
    assertThat(server.get("/" + main.replaceAll("/[0-9a-f]{12}/", "/000000000000/")).statusCode())
        .isEqualTo(404);
  }

  @Test
  void thePageItselfIsAskedForAgainAndOnlySentWhenItChanged() {
    String tag = server.get("/").headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> again = server.send(server.request("/").header("If-None-Match", tag));

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @Test
  void everySampleIsASmallPictureOfTheRecipeAndServedAsOne() {
    PageFiles files = PageFiles.read();
    JsonNode samples =
        TinyServer.json(
            new String(files.find("samples/samples.json").orElseThrow().bytes(), UTF_8));

    assertThat(samples.findValuesAsText("language")).containsOnly("en", "zh");
    for (JsonNode sample : samples) {
      String name = "samples/" + sample.get("file").asText();
      PageFile file = files.find(name).orElseThrow(() -> new AssertionError(name));
      assertThat(file.contentType()).isEqualTo("image/png");
      assertThat(file.bytes().length).as(name).isBetween(100, 20_000);
      assertThat(sample.get("question").asText()).as(name).isNotBlank();
    }
    HttpResponse<String> list = server.get("/assets/" + files.version() + "/samples/samples.json");
    assertThat(list.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @Test
  void suggestsInBothLanguagesWhatTheCatalogueHas() {
    JsonNode reply = TinyServer.json(server.get("/page/suggestions"));

    for (String language : List.of("en", "zh")) {
      for (JsonNode model : reply.get(language)) {
        CatalogueEntry entry =
            Catalogue.shipped().find(new StoreName(model.get("name").asText())).orElseThrow();
        assertThat(entry.languages()).contains(language);
        assertThat(model.get("bytes").asLong()).isEqualTo(entry.bytes());
        assertThat(model.get("kind").asText()).isIn("text", "vision");
      }
    }
    assertThat(reply.get("en")).as("a machine that builds this can run the smallest").isNotEmpty();
  }

  @Test
  void namesOutsideThePageAreUnknown() {
    String folder = "/assets/" + PageFiles.read().version();
    List<String> names =
        List.of("/../index.html", "/js/../../x", "/%2e%2e/MaqueServer.class", "/js", "/", "//js/");

    assertThat(names)
        .allSatisfy(
            name -> assertThat(server.get(folder + name).statusCode()).as(name).isIn(400, 404));
  }

  private static List<String> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(PageEndpointTest::firstGroup).toList();
  }

  private static String firstGroup(MatchResult match) {
    return match.group(1) != null ? match.group(1) : match.group(2);
  }
}
