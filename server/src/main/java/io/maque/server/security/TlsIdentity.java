package io.maque.server.security;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * What the server proves itself with.
 *
 * @param key the private key of the first certificate
 * @param chain the server's certificate first, then those that vouch for it
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {

  public TlsIdentity {
    chain = List.copyOf(chain);
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "TlsIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
  }

  /** SHA-256 of the certificate as browsers show it: {@code AB:CD:…}. */
  public String fingerprint() {
    try {
      byte[] encoded = chain.getFirst().getEncoded();
      return HexFormat.ofDelimiter(":")
          .withUpperCase()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(encoded));
    } catch (GeneralSecurityException e) {
      throw new TlsException("cannot encode the certificate: " + e.getMessage(), e);
    }
  }

  /** A context for accepting connections. */
  public SSLContext context() {
    try {
      // The store lives in memory only; its format asks for a password all the same.
      char[] password = new char[0];
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      store.setKeyEntry("server", key, password, chain.toArray(X509Certificate[]::new));
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, new SecureRandom());
      return context;
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new TlsException("cannot use the certificate: " + e.getMessage(), e);
    }
  }

  /** Whether the key is the certificate's: what it signs, the certificate confirms. */
  boolean isConsistent() {
    PublicKey certified = chain.getFirst().getPublicKey();
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] text = {1, 2, 3};
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(text);
      byte[] signature = signing.sign();
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(certified);
      verifying.update(text);
      return verifying.verify(signature);
    } catch (java.security.InvalidKeyException | java.security.SignatureException e) {
      // Keys of different kinds, or sizes.
      return false;
    } catch (GeneralSecurityException e) {
      throw new TlsException("cannot use a %s key".formatted(key.getAlgorithm()), e);
    }
  }
}
