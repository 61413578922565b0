package io.maque.hub.source;

import io.maque.hub.transfer.Disk;
import io.maque.hub.transfer.Download;
import io.maque.hub.transfer.Web;

/** What every source on the web needs to offer its files. */
public record WebFiles(Web web, Disk disk) {
  /** Fetches what {@code request} describes, with resume. */
  RemoteFile.Content content(Download.Request request) {
    return (partial, progress) -> new Download(web, disk, request, partial, progress).run();
  }
}
