package org.popinjay.mailstore.mbox.maintenance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.popinjay.mailstore.Outcomes.done;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.popinjay.config.ByteSize;
import org.popinjay.config.LocksConfig;
import org.popinjay.config.MailConfig;
import org.popinjay.config.MboxConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.QuotaConfig;
import org.popinjay.config.Template;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.mbox.MboxStoreProvider;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.FileCalls;
import org.popinjay.posix.Posix;
import org.popinjay.posix.UserIdentity;

/// A spool folder and a state folder, the server over both, and who looks after them.
final class MaintenanceRig {
  static final String TEA = "tea";
  static final MboxMaintenance.Progress NO_PROGRESS = (_, _) -> {};

  private final Path folder;
  private final PopinjayConfig config;

  MaintenanceRig(Path folder) throws IOException {
    this.folder = folder;
    this.config = config(folder);
    Files.createDirectories(folder.resolve("spool"));
    Files.createDirectories(folder.resolve("home/mail"));
  }

  private static PopinjayConfig config(Path folder) {
    var all = PopinjayConfig.DEFAULTS;
    var mbox = MboxConfig.DEFAULTS;
    return new PopinjayConfig(
        all.version(),
        all.host(),
        all.tls(),
        all.listeners(),
        all.banner(),
        all.dns(),
        all.users(),
        all.auth(),
        new MailConfig(
            Template.parse(folder + "/spool/{user}"),
            Template.parse("{home}/mail"),
            folder.resolve("state"),
            MailConfig.Identity.PROCESS,
            false,
            "mail",
            new LocksConfig(
                LocksConfig.DEFAULTS.read(),
                LocksConfig.DEFAULTS.write(),
                Duration.ofSeconds(1),
                LocksConfig.DEFAULTS.staleDotlock()),
            Optional.of(ZoneOffset.UTC),
            QuotaConfig.DEFAULTS),
        new MboxConfig(
            mbox.dotlock(),
            mbox.dotlockPidLocal(),
            mbox.allowRootOwned(),
            mbox.writeFlags(),
            mbox.trustDeliveredFlags(),
            mbox.journalMax(),
            ByteSize.ofMiB(1),
            mbox.indexMemory(),
            mbox.dovecotIndex()),
        all.pop3(),
        all.imap(),
        all.folders(),
        all.legacy(),
        all.xtnd(),
        all.bulletins(),
        all.bboards(),
        all.store(),
        all.limits(),
        all.overrides(),
        all.metrics(),
        all.log(),
        all.control(),
        all.shutdown());
  }

  /// A minute ahead: where files have coarse times, those of a spool that was just written are not
  /// believed.
  private static StoreSurroundings around(FileCalls files) {
    return new StoreSurroundings(
        files,
        UserIdentity.process(),
        () -> InstantSource.system().instant().plus(Duration.ofMinutes(1)),
        RandomGenerator.of("L64X128MixRandom"),
        StoreEvents.NONE);
  }

  AccountOwner owner() {
    return new AccountOwner(TEA, Accounts.own(), folder.resolve("home").toString());
  }

  MboxMaintenance maintenance() {
    return new MboxMaintenance(config, around(Posix.files()));
  }

  /// A server over the same folders.
  MailStore server(FileCalls files) throws StoreStartException {
    return new MboxStoreProvider().open(config, around(files));
  }

  /// A server opens the mailbox once, and goes.
  void openOnce() throws StoreStartException {
    try (var store = server(Posix.files());
        var inbox = done(store.account(owner()).open(MailboxName.INBOX))) {
      done(inbox.status());
    }
  }

  Path spool() {
    return folder.resolve("spool/tea");
  }

  Path state() {
    return folder.resolve("state");
  }

  /// The one file of the mailbox in its state that ends so.
  Path kept(String ending) throws IOException {
    try (var files = Files.list(state().resolve(TEA))) {
      return files.filter(file -> file.toString().endsWith(ending)).findFirst().orElseThrow();
    }
  }

  void write(String mail) throws IOException {
    Files.writeString(spool(), mail, ISO_8859_1);
  }

  /// What is found of the INBOX.
  SpoolReport report() {
    return done(maintenance().examine(owner(), MailboxName.INBOX, NO_PROGRESS));
  }

  /// What is found of the spool as of a file alone.
  SpoolReport reportAlone() {
    return done(maintenance().examine(spool().toString(), NO_PROGRESS));
  }

  /// A line a finding: `message@offset kind: text`.
  static List<String> lines(SpoolReport report) {
    return report.findings().stream()
        .map(each ->
            "%d@%d %s: %s"
                .formatted(each.message(), each.offset(), each.kind().label(), each.text()))
        .toList();
  }

  static List<SpoolFinding.Kind> kinds(SpoolReport report) {
    return report.findings().stream().map(SpoolFinding::kind).toList();
  }

  /// Everything there is below the folder: names, modes, times and octets.
  Map<String, String> everything() throws IOException {
    var all = new TreeMap<String, String>();
    try (var paths = Files.walk(folder)) {
      for (var path : paths.toList()) {
        var seen = Files.readAttributes(path, "unix:mode,size,ctime,lastModifiedTime");
        var octets = Files.isRegularFile(path) ? Arrays.hashCode(octets(path)) : 0;
        all.put(folder.relativize(path).toString(), seen + " " + octets);
      }
    }
    return all;
  }

  private static byte[] octets(Path path) throws IOException {
    return Files.readAllBytes(path);
  }

  /// When the spool was read last.
  FileTime accessed() throws IOException {
    return (FileTime) Files.getAttribute(spool(), "lastAccessTime");
  }
}
