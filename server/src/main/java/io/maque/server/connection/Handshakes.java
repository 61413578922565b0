package io.maque.server.connection;

import io.maque.metrics.Stopwatch;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * Handshakes of TLS in progress. The web server makes them before anybody of ours sees the
 * connection, on the connection's own thread, and without a limit of time; it asks the context for
 * a socket first, and that is where they are noticed.
 */
final class Handshakes {
  private static final System.Logger LOG = System.getLogger(Handshakes.class.getName());

  private final Map<Thread, Handshake> running = new ConcurrentHashMap<>();

  private record Handshake(Socket socket, Stopwatch begun) {}

  /** The same context, whose accepted sockets are watched. */
  SSLContext watched(SSLContext tls) {
    return new SSLContext(new WatchedTls(tls), tls.getProvider(), tls.getProtocol()) {};
  }

  /** What lies below the connection that this thread has just made; empty without TLS. */
  Optional<Socket> complete() {
    return Optional.ofNullable(running.remove(Thread.currentThread())).map(Handshake::socket);
  }

  /** Closes the sockets of those who have taken longer, and forgets who failed. */
  void enforce(Duration limit) {
    running
        .values()
        .removeIf(handshake -> {
          if (ClientConnection.isOver(handshake.begun(), limit)) {
            close(handshake.socket());
          }
          return handshake.socket().isClosed();
        });
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "closing a socket that is closed", e);
    }
  }

  /** Everything as it is, but a note of each socket that is accepted. */
  private final class WatchedTls extends SSLContextSpi {
    private final SSLContext tls;

    WatchedTls(SSLContext tls) {
      this.tls = tls;
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return new WatchedSockets(tls.getSocketFactory());
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
        throws KeyManagementException {
      tls.init(keys, trust, random);
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return tls.getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return tls.createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return tls.createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return tls.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return tls.getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return tls.getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return tls.getSupportedSSLParameters();
    }
  }

  private final class WatchedSockets extends SSLSocketFactory {
    private final SSLSocketFactory sockets;

    WatchedSockets(SSLSocketFactory sockets) {
      this.sockets = sockets;
    }

    /** For a socket that was accepted. */
    @Override
    public Socket createSocket(Socket accepted, InputStream consumed, boolean autoClose)
        throws IOException {
      running.put(Thread.currentThread(), new Handshake(accepted, Stopwatch.start()));
      return sockets.createSocket(accepted, consumed, autoClose);
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
        throws IOException {
      return sockets.createSocket(socket, host, port, autoClose);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return sockets.createSocket(host, port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return sockets.createSocket(host, port, local, localPort);
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return sockets.getSupportedCipherSuites();
    }
  }
}
