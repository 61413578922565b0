/**
 * Brings bytes from a web server to a file, safely: redirects, credentials, resume, full disks,
 * checksums.
 *
 * <p>It must not know what a model or a repository is. Start at {@link io.maque.hub.transfer.Web}
 * (one request) and {@link io.maque.hub.transfer.Download} (one file).
 */
package io.maque.hub.transfer;
