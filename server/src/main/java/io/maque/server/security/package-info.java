/**
 * Who may call: API keys with their limits, the names a request may be addressed to, the web pages
 * that may send one, and certificates.
 *
 * <p>Knows requests by their headers only; must not know what they ask. Start at {@link
 * io.maque.server.security.Gate}, which every request passes.
 */
package io.maque.server.security;
