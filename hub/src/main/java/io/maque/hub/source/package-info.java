/**
 * Where models come from: one file per kind of source.
 *
 * <p>A source turns a reference into a list of files and knows how to fetch each of them into a
 * partial file. It must not know the store, and it never decides whether a file is good: checksum
 * and format are checked by the pull. Start at {@link io.maque.hub.source.Source}.
 */
package io.maque.hub.source;
