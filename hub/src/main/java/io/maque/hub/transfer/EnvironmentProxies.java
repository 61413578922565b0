package io.maque.hub.transfer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Proxies as the variables of Unix tools name them, which the JDK does not read: {@code
 * https_proxy}, {@code http_proxy}, {@code all_proxy} and {@code no_proxy}, in lower or upper case.
 * Where they name none, the JDK's own setting decides.
 */
public final class EnvironmentProxies extends ProxySelector {
  private static final System.Logger LOGGER = System.getLogger(EnvironmentProxies.class.getName());

  private final Map<String, String> environment;
  private final ProxySelector otherwise;

  public EnvironmentProxies(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    this.otherwise = ProxySelector.getDefault();
  }

  @Override
  public List<Proxy> select(URI uri) {
    Optional<String> proxy =
        find(uri.getScheme().toLowerCase(Locale.ROOT) + "_proxy").or(() -> find("all_proxy"));
    if (proxy.isEmpty()) {
      return otherwise == null ? List.of(Proxy.NO_PROXY) : otherwise.select(uri);
    }
    return List.of(
        isExempt(uri.getHost())
            ? Proxy.NO_PROXY
            : new Proxy(Proxy.Type.HTTP, address(proxy.get())));
  }

  private Optional<String> find(String variable) {
    return Optional.ofNullable(environment.get(variable))
        .or(() -> Optional.ofNullable(environment.get(variable.toUpperCase(Locale.ROOT))))
        .filter(value -> !value.isBlank());
  }

  private boolean isExempt(String host) {
    for (String entry : find("no_proxy").orElse("").split(",")) {
      String suffix = entry.strip().toLowerCase(Locale.ROOT).replaceFirst("^[*]?\\.", "");
      String lower = host.toLowerCase(Locale.ROOT);
      if (suffix.equals("*")
          || !suffix.isEmpty() && (lower.equals(suffix) || lower.endsWith("." + suffix))) {
        return true;
      }
    }
    return false;
  }

  private static InetSocketAddress address(String text) {
    try {
      URI uri = new URI(text.contains("://") ? text : "http://" + text);
      if (uri.getHost() != null && !"socks5".equalsIgnoreCase(uri.getScheme())) {
        return InetSocketAddress.createUnresolved(
            uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
      }
    } catch (URISyntaxException notAnAddress) {
      LOGGER.log(System.Logger.Level.DEBUG, "proxy address", notAnAddress);
    }
    // The text may hold a password, so it is not repeated.
    throw new PullException(
        "the proxy variable is not of the form http://host:port; correct https_proxy or unset it");
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException fault) {
    LOGGER.log(
        System.Logger.Level.WARNING,
        "the proxy {0} could not be reached: {1}",
        address,
        fault.getMessage());
  }
}
