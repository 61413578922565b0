package io.maque.server.security;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * A certificate that this machine made for itself, kept so that a phone which was told to trust it
 * once recognises it again. A new one is made when it is about to expire or lacks a name or address
 * of the machine.
 */
final class SelfSigned {
  /** Apple's systems refuse certificates of more than 825 days, public ones of more than 398. */
  private static final Duration VALIDITY = Duration.ofDays(397);

  private static final Duration RENEWED_BEFORE = Duration.ofDays(30);

  private final Path folder;

  /**
   * @param folder for {@code server.crt} and {@code server.key}; made when it is missing
   */
  SelfSigned(Path folder) {
    this.folder = folder;
  }

  /**
   * The kept certificate, or a new one.
   *
   * @param names under which clients reach the server
   * @param addresses the same
   * @throws TlsException when the folder cannot be used
   */
  TlsIdentity get(Collection<String> names, Collection<InetAddress> addresses, Instant now) {
    Set<String> subjects = new TreeSet<>(names);
    addresses.forEach(address -> subjects.add(address.getHostAddress().replaceFirst("%.*", "")));
    Path certificate = folder.resolve("server.crt");
    Path key = folder.resolve("server.key");
    try {
      Files.createDirectories(folder, only("rwx------"));
      // Two servers that start together must not mix the key of one with the other's certificate.
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        if (Files.exists(certificate) && Files.exists(key)) {
          TlsIdentity kept = PemFiles.read(certificate, key);
          if (isGood(kept.chain().getFirst(), subjects, now)) {
            return kept;
          }
        }
        TlsIdentity made = make(subjects, now);
        // Whoever is stopped between the two finds a pair that does not fit: the key goes first,
        // the certificate is missing then.
        Files.deleteIfExists(certificate);
        write(key, pem("PRIVATE KEY", made.key().getEncoded()), "rw-------");
        write(certificate, pem("CERTIFICATE", made.chain().getFirst().getEncoded()), "rw-r--r--");
        return made;
      }
    } catch (IOException | CertificateEncodingException e) {
      throw new TlsException("cannot keep the certificate in %s: %s".formatted(folder, e), e);
    }
  }

  private static boolean isGood(X509Certificate certificate, Set<String> subjects, Instant now) {
    boolean lasts = certificate.getNotAfter().toInstant().isAfter(now.plus(RENEWED_BEFORE));
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      Set<Object> found =
          (alternatives == null ? Stream.<List<?>>empty() : alternatives.stream())
              .map(SelfSigned::subject)
              .collect(Collectors.toSet());
      return lasts && found.containsAll(subjects.stream().map(SelfSigned::canonical).toList());
    } catch (CertificateParsingException e) {
      throw new TlsException("cannot read the names of the kept certificate", e);
    }
  }

  private static String subject(List<?> alternative) {
    return canonical(alternative.get(1).toString());
  }

  /** Addresses of IPv6 have several spellings. */
  private static String canonical(String subject) {
    return subject.indexOf(':') < 0 ? subject : InetAddress.ofLiteral(subject).getHostAddress();
  }

  private static TlsIdentity make(Set<String> subjects, Instant now) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      X500Principal name = new X500Principal("CN=Maque on this machine");
      GeneralName[] alternatives =
          subjects.stream().map(SelfSigned::generalName).toArray(GeneralName[]::new);
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(127, new SecureRandom()),
              // Clocks of phones may be behind.
              Date.from(now.minus(Duration.ofDays(1))),
              Date.from(now.plus(VALIDITY)),
              name,
              pair.getPublic());
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
      return new TlsIdentity(pair.getPrivate(), List.of(certificate));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new TlsException("cannot make a certificate: " + e.getMessage(), e);
    }
  }

  private static GeneralName generalName(String subject) {
    boolean address = subject.indexOf(':') >= 0 || subject.matches("\\d+(\\.\\d+){3}");
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, subject);
  }

  private static String pem(String type, byte[] encoded) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, encoded));
    }
    return text.toString();
  }

  /** Nobody else can read the file at any moment, not even while it is written. */
  private static void write(Path target, String text, String permissions) throws IOException {
    Path draft = target.resolveSibling(target.getFileName() + ".new");
    Files.deleteIfExists(draft);
    Files.createFile(draft, only(permissions));
    Files.write(draft, text.getBytes(StandardCharsets.UTF_8));
    Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Windows has no such permissions; a user's home is private there. */
  private static FileAttribute<?>[] only(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
