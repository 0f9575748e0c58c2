package org.popinjay.server.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The folder of a demo: settings, users and spools, made once and then the visitor's own.
final class DemoDirectory {
  /// Someone who has mail in the demo.
  ///
  /// @param password in the clear in the users file, so that every mechanism works; the demo
  ///   listens on loopback only
  record User(String name, String fullName, String password, int messages) {}

  static final List<User> USERS =
      List.of(
          new User("alice", "Alice Tern", "wonderland", 320),
          new User("bob", "Bob Finch", "builder", 240));

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final String SETTINGS =
      """
      # Settings of a Popinjay demo. Edit them and start again; they are kept.
      # Every key is explained in docs/configuration.md.
      version: 1

      listeners:                     # this machine only; ${...} lets --port-base move them
        - { protocol: pop3, bind: "127.0.0.1:${POPINJAY_DEMO_POP3:-10110}" }
        - { protocol: pop2+pop3, bind: "127.0.0.1:${POPINJAY_DEMO_POP2:-10109}" }
        - { protocol: imap, bind: "127.0.0.1:${POPINJAY_DEMO_IMAP:-10143}" }
        - { protocol: pop3, bind: "127.0.0.1:${POPINJAY_DEMO_POP3S:-10995}", tls: implicit }
        - { protocol: imap, bind: "127.0.0.1:${POPINJAY_DEMO_IMAPS:-10993}", tls: implicit }

      tls:                           # signed by itself; the demo makes another when it ends
        certificate: tls/cert.pem
        key: tls/key.pem

      users:
        - file: users                # name:{PLAIN}password

      mail:
        spool: "spool/{user}"        # one mbox file a user; other programs may deliver into it
        folders: "folders/{user}"
        state: state
        identity: process            # all files belong to whoever started the demo,
        asRoot: true                 # which may be root, for a demo

      metrics: { bind: "127.0.0.1:${POPINJAY_DEMO_METRICS:-10117}" }
      """;

  private final Path folder;

  DemoDirectory(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  Path folder() {
    return folder;
  }

  Path settings() {
    return folder.resolve("popinjay.yaml");
  }

  /// What clients are shown under TLS.
  DemoCertificate certificate() {
    return new DemoCertificate(folder.resolve("tls/cert.pem"), folder.resolve("tls/key.pem"));
  }

  /// What the settings name for ports counted from a base.
  static Map<String, String> ports(int base) {
    return Map.of(
        "POPINJAY_DEMO_POP3", Integer.toString(base + 110),
        "POPINJAY_DEMO_POP2", Integer.toString(base + 109),
        "POPINJAY_DEMO_IMAP", Integer.toString(base + 143),
        "POPINJAY_DEMO_POP3S", Integer.toString(base + 995),
        "POPINJAY_DEMO_IMAPS", Integer.toString(base + 993),
        "POPINJAY_DEMO_METRICS", Integer.toString(base + 117));
  }

  /// Makes what a first start needs. A folder that has settings is left as it is, but for a
  /// certificate that has ended; one of a demo that knew no TLS gets none.
  ///
  /// @throws IOException when it cannot be made, or is a folder of something else
  void make() throws IOException {
    if (Files.exists(settings())) {
      if (Files.isDirectory(folder.resolve("tls"))) {
        certificate().ensure(Instant.now());
      }
      return;
    }
    if (Files.exists(folder)) {
      try (var names = Files.list(folder)) {
        if (names.findAny().isPresent()) {
          throw new IOException(folder + " holds something else; name another folder with --dir");
        }
      }
    }
    Files.createDirectories(folder.resolve("spool"), PRIVATE_FOLDER);
    Files.createDirectories(folder.resolve("folders"), PRIVATE_FOLDER);
    Files.createDirectories(folder.resolve("tls"), PRIVATE_FOLDER);
    certificate().ensure(Instant.now());
    var users = new StringBuilder();
    for (int i = 0; i < USERS.size(); i++) {
      var user = USERS.get(i);
      users.append(user.name).append(":{PLAIN}").append(user.password).append('\n');
      write(
          folder.resolve("spool").resolve(user.name),
          DemoMail.spool(user.name, user.fullName, user.messages, i));
    }
    write(folder.resolve("users"), users.toString().getBytes(StandardCharsets.UTF_8));
    // Last, since its being there says that the rest is.
    write(settings(), SETTINGS.getBytes(StandardCharsets.UTF_8));
  }

  /// Gives a user so many messages instead of those that are there.
  ///
  /// @return the spool
  Path fill(User user, int messages) throws IOException {
    var spool = folder.resolve("spool").resolve(user.name);
    write(spool, DemoMail.spool(user.name, user.fullName, messages, 0));
    return spool;
  }

  /// Puts a file in place that its owner alone can read.
  static void write(Path file, byte[] octets) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(file, PRIVATE_FILE);
    Files.write(file, octets, StandardOpenOption.WRITE);
  }
}
