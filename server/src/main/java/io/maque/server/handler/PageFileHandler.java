package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.http.HttpException;
import io.maque.server.page.PageFile;
import io.maque.server.page.PageFiles;
import io.maque.server.page.PageSecurity;
import java.util.function.Supplier;

/** {@code GET /assets/{version}/{name}}: a file of the page, which never changes at its address. */
public final class PageFileHandler implements Endpoint {
  private final Supplier<PageFiles> page;

  public PageFileHandler(Supplier<PageFiles> page) {
    this.page = page;
  }

  @Override
  public void handle(Exchange exchange) {
    PageFiles files = page.get();
    boolean current = exchange.pathParameter("version").equals(files.version());
    PageFile file =
        files
            .find(exchange.pathParameter("name"))
            .filter(_ -> current)
            .orElseThrow(() ->
                new HttpException(404, "not_found", "", "the page has no such file: reload it"));
    PageSecurity.headers().forEach(exchange::header);
    exchange.header("Cache-Control", "public, max-age=31536000, immutable");
    exchange.reply(file.contentType(), file.bytes());
  }
}
