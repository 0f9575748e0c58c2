package org.popinjay.auth;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The hash functions that SCRAM is defined with.
public enum ScramDigest {
  /// RFC 5802, section 4.
  SHA_1("SHA-1", "HmacSHA1", StoredForm.SCRAM_SHA_1),
  /// RFC 7677, section 3.
  SHA_256("SHA-256", "HmacSHA256", StoredForm.SCRAM_SHA_256);

  private final String digest;
  private final String hmac;
  private final StoredForm form;

  ScramDigest(String digest, String hmac, StoredForm form) {
    this.digest = digest;
    this.hmac = hmac;
    this.form = form;
  }

  /// The form in which its keys are stored.
  public StoredForm form() {
    return form;
  }

  /// The scheme of its stored keys.
  public Scheme scheme() {
    return this == SHA_1 ? Scheme.SCRAM_SHA_1 : Scheme.SCRAM_SHA_256;
  }

  /// The mechanism without channel binding.
  public String mechanism() {
    return "SCRAM-" + digest;
  }

  /// The name of its HMAC in the JDK.
  String hmac() {
    return hmac;
  }

  int octets() {
    return this == SHA_1 ? 20 : 32;
  }

  byte[] hash(byte[] input) {
    try {
      return MessageDigest.getInstance(digest).digest(input);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + digest, e);
    }
  }
}
