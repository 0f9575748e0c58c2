package org.popinjay.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import jnr.ffi.LibraryLoader;
import org.jspecify.annotations.Nullable;

/// Password hashing of the system (crypt(3) of libxcrypt): `$y$`, `$6$`, `$5$`, `$2b$` and more.
///
/// Every call works in memory of its own, which is wiped afterwards. A call costs from one to some
/// hundred milliseconds of CPU and up to 16 MiB, depending on the hash; callers bound how many run.
public final class Crypt {
  private static final int DATA_OCTETS = 32_768;

  /// What is called in libcrypt. Public because jnr-ffi implements it in a class loader of its own.
  public interface LibCrypt {
    /// crypt_rn(3).
    long crypt_rn(long key, long setting, long data, int octets);

    /// crypt_gensalt(3), which answers in one static place. The call without that fault has six
    /// arguments, and jnr-ffi 2.3.4 passes rubbish for the sixth.
    @Nullable String crypt_gensalt(long prefix, long cost, long random, int randomOctets);
  }

  /// Loaded at the first use: a server without hashed passwords needs no libcrypt.
  private static final class Library {
    static final LibCrypt LIBCRYPT = load();

    private static LibCrypt load() {
      try {
        return load("libcrypt.so.1");
      } catch (LinkageError _) {
        return load("libcrypt.so.2");
      }
    }

    private static LibCrypt load(String file) {
      return LibraryLoader.create(LibCrypt.class).failImmediately().load(file);
    }
  }

  private Crypt() {}

  /// Hashes a secret by the method and salt that a setting, or an earlier hash, names.
  ///
  /// @return the whole new hash; empty when the setting names no method known here, or the secret
  ///   holds a NUL or is longer than 511 octets
  public static Optional<String> hash(byte[] secret, String setting) {
    if (contains(secret, 0) || setting.indexOf('\0') >= 0) {
      return Optional.empty();
    }
    try (var arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(DATA_OCTETS, 64);
      MemorySegment key = arena.allocate(secret.length + 1L);
      MemorySegment.copy(secret, 0, key, ValueLayout.JAVA_BYTE, 0, secret.length);
      try {
        long result =
            Library.LIBCRYPT.crypt_rn(
                key.address(), arena.allocateFrom(setting).address(), data.address(), DATA_OCTETS);
        return result == 0
            ? Optional.empty()
            : Optional.of(data.getString(result - data.address(), StandardCharsets.ISO_8859_1));
      } finally {
        key.fill((byte) 0);
        data.fill((byte) 0);
      }
    }
  }

  /// Whether a secret fits a hash; the comparison takes the same time wherever they differ.
  public static boolean matches(byte[] secret, String hash) {
    return hash(secret, hash)
        .map(mine ->
            MessageDigest.isEqual(
                mine.getBytes(StandardCharsets.ISO_8859_1),
                hash.getBytes(StandardCharsets.ISO_8859_1)))
        .orElse(false);
  }

  /// A setting with a fresh salt from the kernel and the library's own idea of the cost.
  ///
  /// @param prefix of the method, for instance `$6$` or `$y$`
  /// @throws IllegalArgumentException for a prefix that libcrypt does not know
  public static String setting(String prefix) {
    try (var arena = Arena.ofConfined()) {
      long address = arena.allocateFrom(prefix).address();
      String setting;
      synchronized (Library.LIBCRYPT) {
        setting = Library.LIBCRYPT.crypt_gensalt(address, 0, 0, 0);
      }
      if (setting == null || setting.startsWith("*")) {
        throw new IllegalArgumentException("prefix: " + prefix + " (not known to libcrypt)");
      }
      return setting;
    }
  }

  private static boolean contains(byte[] octets, int wanted) {
    for (byte octet : octets) {
      if (octet == wanted) {
        return true;
      }
    }
    return false;
  }
}
