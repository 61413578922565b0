package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.page.PageFiles;
import io.maque.server.page.PageSecurity;
import java.util.function.Supplier;

/** {@code GET /}: the web page. Browsers ask again each time, and are told when it is the same. */
public final class PageHandler implements Endpoint {
  private final Supplier<PageFiles> page;

  public PageHandler(Supplier<PageFiles> page) {
    this.page = page;
  }

  @Override
  public void handle(Exchange exchange) {
    PageFiles files = page.get();
    String tag = "\"" + files.version() + "\"";
    PageSecurity.headers().forEach(exchange::header);
    exchange.header("Cache-Control", "no-cache").header("ETag", tag);
    if (exchange.requestHeader("If-None-Match").filter(tag::equals).isPresent()) {
      exchange.replyNotModified();
    } else {
      exchange.reply(files.start().contentType(), files.start().bytes());
    }
  }
}
