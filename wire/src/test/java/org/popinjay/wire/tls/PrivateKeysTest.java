package org.popinjay.wire.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrivateKeysTest {

  @ParameterizedTest
  @EnumSource(names = {"rsa2048", "ecp256", "ecp384", "ed25519"})
  void aKeyInPkcs8IsRead(Algorithm algorithm) {
    var bundle = TestCertificates.of(algorithm, "mail.example");
    assertThat(read(bundle.getPrivateKeyPEM(), "").getEncoded())
        .isEqualTo(bundle.getKeyPair().getPrivate().getEncoded());
  }

  @Test
  void anRsaKeyInItsOldFormIsRead() throws Exception {
    var key = TestCertificates.of(Algorithm.rsa2048, "a.example").getKeyPair().getPrivate();
    var old = PrivateKeyInfo.getInstance(key.getEncoded()).parsePrivateKey().toASN1Primitive();
    assertThat(read(pem("RSA PRIVATE KEY", old.getEncoded()), "")).isEqualTo(key);
  }

  @Test
  void anEcKeyInItsOldFormIsReadBehindItsParameters() throws Exception {
    var key = TestCertificates.of(Algorithm.ecp256, "a.example").getKeyPair().getPrivate();
    BigInteger secret = ((ECPrivateKey) key).getS();
    var old =
        new org.bouncycastle.asn1.sec.ECPrivateKey(256, secret, X9ObjectIdentifiers.prime256v1);
    var text = pem("EC PARAMETERS", new byte[] {6, 0}) + pem("EC PRIVATE KEY", old.getEncoded());
    assertThat(((ECPrivateKey) read(text, "")).getS()).isEqualTo(secret);
  }

  @Test
  void anEcKeyWithoutItsCurveIsRefusedWithAWayOut() throws Exception {
    var old = new org.bouncycastle.asn1.sec.ECPrivateKey(256, BigInteger.TWO);
    assertThatThrownBy(() -> read(pem("EC PRIVATE KEY", old.getEncoded()), ""))
        .hasMessageContaining("openssl pkcs8");
  }

  @Test
  void anEncryptedKeyIsReadWithItsPasswordOnly() throws Exception {
    var key = TestCertificates.of(Algorithm.ecp256, "a.example").getKeyPair().getPrivate();
    var encryptor =
        new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
            .setProvider(new BouncyCastleProvider())
            .setRandom(new SecureRandom())
            .setPRF(JcaPKCS8Generator.PRF_HMACSHA256)
            .setPassword("kettle".toCharArray())
            .build();
    var text =
        pem("ENCRYPTED PRIVATE KEY", new JcaPKCS8Generator(key, encryptor).generate().getContent());
    assertThat(read(text, "kettle").getEncoded()).isEqualTo(key.getEncoded());
    assertThatThrownBy(() -> read(text, "pot")).hasMessageContaining("cannot be decrypted");
    assertThatThrownBy(() -> read(text, "")).hasMessageContaining("keyPasswordFile is not set");
  }

  @Test
  void whatIsNoKeyIsRefusedInWords() {
    assertThatThrownBy(() -> read("", "")).hasMessage("no private key in it");
    assertThatThrownBy(() -> read(pem("PRIVATE KEY", new byte[] {1, 2, 3}), ""))
        .hasMessageContaining("no RSA, EC or EdDSA key");
    assertThatThrownBy(
            () -> read("-----BEGIN PRIVATE KEY-----\n%%%\n-----END PRIVATE KEY-----", ""))
        .hasMessageContaining("no base64");
    assertThatThrownBy(() -> read("-----BEGIN PRIVATE KEY-----\nAAAA\n", ""))
        .hasMessageContaining("no end");
    assertThatThrownBy(() ->
            read(
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nAAAA\n"
                    + "-----END RSA PRIVATE KEY-----",
                ""))
        .hasMessageContaining("openssl pkcs8 -topk8");
  }

  private static PrivateKey read(String pem, String password) {
    return PrivateKeys.first(PemBlock.all(pem), password.isEmpty() ? null : password.toCharArray());
  }

  private static String pem(String label, byte[] octets) {
    return "a comment\n-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder().encodeToString(octets)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
