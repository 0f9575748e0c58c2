package org.popinjay.wire.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.TlsConfig;

/// Reads the files that the settings of TLS name. Blocks on the disk.
final class TlsFiles {
  /// Far more than a chain of certificates or a key takes.
  private static final int OCTETS_MAX = 1 << 20;

  private final List<TlsFault> faults = new ArrayList<>();

  private TlsFiles() {}

  /// What the files hold.
  ///
  /// @param certificates the one for clients that name no host first
  /// @param authorities that sign certificates of clients
  record Contents(List<ServerCertificate> certificates, List<X509Certificate> authorities) {
    /// Copies the lists.
    Contents {
      certificates = List.copyOf(certificates);
      authorities = List.copyOf(authorities);
    }
  }

  /// Reads them.
  ///
  /// @throws TlsException naming everything that is wrong
  static Contents read(TlsConfig settings) throws TlsException {
    var files = new TlsFiles();
    var certificates = new ArrayList<ServerCertificate>();
    var all = settings.all();
    for (int i = 0; i < all.size(); i++) {
      var prefix = i == 0 ? "tls." : "tls.additional[" + (i - 1) + "].";
      files.certificate(prefix, all.get(i)).ifPresent(certificates::add);
    }
    var authorities =
        settings.clientCa().map(path -> files.chain("tls.clientCa", path)).orElse(List.of());
    if (!files.faults.isEmpty()) {
      throw new TlsException(files.faults);
    }
    return new Contents(certificates, authorities);
  }

  /// All files that the settings name.
  static List<Path> named(TlsConfig settings) {
    return Stream.concat(
            settings.all().stream()
                .flatMap(one ->
                    Stream.concat(
                        Stream.of(one.certificate(), one.key()), one.keyPasswordFile().stream())),
            settings.clientCa().stream())
        .distinct()
        .toList();
  }

  /// Tells one state of the files from another: which they are, how long, and how old. A file that
  /// is not there has a state, too.
  static List<String> state(List<Path> files) {
    return files.stream().map(TlsFiles::state).toList();
  }

  private static String state(Path file) {
    try {
      var seen = Files.readAttributes(file, BasicFileAttributes.class);
      return seen.fileKey() + " " + seen.size() + " " + seen.lastModifiedTime();
    } catch (IOException e) {
      return e.getClass().getName();
    }
  }

  private Optional<ServerCertificate> certificate(String prefix, TlsConfig.Certificate source) {
    var chain = chain(prefix + "certificate", source.certificate());
    var key = key(prefix, source);
    if (chain.isEmpty() || key == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(ServerCertificate.of(source, chain, key));
    } catch (IllegalArgumentException e) {
      fault(prefix + "key", source.key(), e.getMessage());
      return Optional.empty();
    }
  }

  private List<X509Certificate> chain(String key, Path file) {
    try {
      var factory = CertificateFactory.getInstance("X.509");
      var chain = new ArrayList<X509Certificate>();
      for (var block : PemBlock.all(text(file))) {
        if (block.label().endsWith("CERTIFICATE")) {
          chain.add(certificate(factory, block.octets()));
        }
      }
      if (chain.isEmpty()) {
        fault(key, file, "no certificate in it (expected PEM)");
      }
      return chain;
    } catch (IOException e) {
      fault(key, file, words(e));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      fault(key, file, e.getMessage());
    }
    return List.of();
  }

  private static X509Certificate certificate(CertificateFactory factory, byte[] octets)
      throws CertificateException {
    return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(octets));
  }

  private @Nullable PrivateKey key(String prefix, TlsConfig.Certificate source) {
    char[] password = null;
    if (source.keyPasswordFile().isPresent()) {
      var file = source.keyPasswordFile().get();
      try {
        password = text(file).lines().findFirst().orElse("").toCharArray();
      } catch (IOException e) {
        fault(prefix + "keyPasswordFile", file, words(e));
        return null;
      }
    }
    try {
      return PrivateKeys.first(PemBlock.all(text(source.key())), password);
    } catch (IOException e) {
      fault(prefix + "key", source.key(), words(e));
    } catch (IllegalArgumentException e) {
      fault(prefix + "key", source.key(), e.getMessage());
    } finally {
      if (password != null) {
        Arrays.fill(password, '\0');
      }
    }
    return null;
  }

  private static String text(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var octets = in.readNBytes(OCTETS_MAX);
      var text = new String(octets, StandardCharsets.ISO_8859_1);
      Arrays.fill(octets, (byte) 0);
      return text;
    }
  }

  private static String words(IOException e) {
    return e instanceof NoSuchFileException ? "no such file" : "cannot be read (" + e + ")";
  }

  private void fault(String key, Path file, @Nullable String what) {
    faults.add(new TlsFault(key, file, String.valueOf(what)));
  }
}
