package io.maque.server.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/** Certificates and keys in PEM, the form that certificate authorities give them in. */
final class PemFiles {
  private PemFiles() {}

  /**
   * An identity from two files.
   *
   * @param certificates the server's certificate first, then intermediate ones
   * @param key PKCS#8, PKCS#1 (RSA) or SEC 1 (EC), not encrypted
   * @throws TlsException naming the file and what was found in it
   */
  static TlsIdentity read(Path certificates, Path key) {
    TlsIdentity identity = new TlsIdentity(readKey(key), readCertificates(certificates));
    if (!identity.isConsistent()) {
      throw new TlsException(
          "the key in %s is not that of the first certificate in %s".formatted(key, certificates));
    }
    return identity;
  }

  private static List<X509Certificate> readCertificates(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (chain.isEmpty()) {
        throw new TlsException(file + ": expected certificates in PEM, found none");
      }
      return chain;
    } catch (CertificateException e) {
      throw new TlsException(
          "%s: expected certificates in PEM: %s".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw new TlsException("cannot read the certificates in " + file, e);
    }
  }

  private static PrivateKey readKey(Path file) {
    try (Reader reader = Files.newBufferedReader(file);
        PEMParser parser = new PEMParser(reader)) {
      // A key file of OpenSSL may begin with the parameters of its curve.
      for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
        switch (found) {
          case PrivateKeyInfo info -> {
            return privateKey(info);
          }
          case PEMKeyPair pair -> {
            return privateKey(pair.getPrivateKeyInfo());
          }
          case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ ->
              throw new TlsException(
                  file
                      + ": the key is encrypted; decrypt it with openssl pkey and protect the file"
                      + " by its permissions");
          default -> {
            // Neither key nor reason to stop.
          }
        }
      }
      throw new TlsException(file + ": expected a private key in PEM, found none");
    } catch (PEMException | GeneralSecurityException e) {
      throw new TlsException(
          "%s: expected a private key in PEM: %s".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw new TlsException("cannot read the private key in " + file, e);
    }
  }

  /** The JDK's providers know key algorithms by their object identifiers. */
  private static PrivateKey privateKey(PrivateKeyInfo info)
      throws GeneralSecurityException, IOException {
    String algorithm = info.getPrivateKeyAlgorithm().getAlgorithm().getId();
    return KeyFactory.getInstance(algorithm)
        .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
  }
}
