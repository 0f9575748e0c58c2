package org.popinjay.server.cli;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/// The certificate of a demo: signed by itself, good for this machine alone, and of no use for
/// signing others (RFC 5280, section 4.2).
///
/// @param certificate where it is, in PEM
/// @param key where its private key is, in PEM; readable by its owner alone
record DemoCertificate(Path certificate, Path key) {
  static final Duration LIFE = Duration.ofDays(2 * 365);

  /// Clocks of clients may be a little behind.
  private static final Duration LEEWAY = Duration.ofHours(1);

  private static final String NAME = "CN=Popinjay demo";
  private static final int SERIAL_BITS = 127;
  private static final AlgorithmIdentifier ECDSA =
      new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

  /// Makes one where there is none, or where the last one has ended. One that somebody else made
  /// stays as it is.
  void ensure(Instant now) throws IOException {
    if (!Files.exists(certificate) || !Files.exists(key) || hasEnded(now)) {
      make(now);
    }
  }

  private boolean hasEnded(Instant now) throws IOException {
    try (var in = Files.newInputStream(certificate)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in)
              instanceof X509Certificate found
          && found.getSubjectX500Principal().equals(new X500Principal(NAME))
          && found.getNotAfter().toInstant().isBefore(now);
    } catch (CertificateException _) {
      // The start will say what is wrong with it.
      return false;
    }
  }

  private void make(Instant now) throws IOException {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var keys = generator.generateKeyPair();
      var octets = signed(keys, now).getEncoded(ASN1Encoding.DER);
      // The certificate goes first and comes last, since its being there says that the key fits.
      Files.deleteIfExists(certificate);
      DemoDirectory.write(key, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
      DemoDirectory.write(certificate, pem("CERTIFICATE", octets));
    } catch (GeneralSecurityException e) {
      throw new IOException("no certificate: " + e.getMessage(), e);
    }
  }

  private static Certificate signed(KeyPair keys, Instant now)
      throws IOException, GeneralSecurityException {
    var name = new X500Name(NAME);
    var contents = new V3TBSCertificateGenerator();
    contents.setSerialNumber(new ASN1Integer(new BigInteger(SERIAL_BITS, new SecureRandom())));
    contents.setSignature(ECDSA);
    contents.setIssuer(name);
    contents.setSubject(name);
    contents.setStartDate(new Time(Date.from(now.minus(LEEWAY))));
    contents.setEndDate(new Time(Date.from(now.plus(LIFE))));
    contents.setSubjectPublicKeyInfo(
        SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
    contents.setExtensions(extensions());
    var unsigned = contents.generateTBSCertificate();
    var signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(unsigned.getEncoded(ASN1Encoding.DER));
    return new Certificate(unsigned, ECDSA, new DERBitString(signature.sign()));
  }

  private static Extensions extensions() throws IOException {
    var names =
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
              new GeneralName(GeneralName.iPAddress, "::1")
            });
    var all = new ExtensionsGenerator();
    all.addExtension(Extension.subjectAlternativeName, false, names);
    all.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    all.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    all.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    return all.generate();
  }

  /// RFC 7468, section 2.
  private static byte[] pem(String label, byte[] octets) {
    var base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(octets);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, base64)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
