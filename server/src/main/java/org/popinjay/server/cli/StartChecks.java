package org.popinjay.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.popinjay.config.BindAddress;
import org.popinjay.config.LogConfig;
import org.popinjay.config.MailConfig;
import org.popinjay.config.MboxConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.Template;
import org.popinjay.config.TlsConfig;
import org.popinjay.config.UserSourceConfig;
import org.popinjay.mailstore.bulletin.BulletinBoard;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.Posix;
import org.popinjay.posix.Programs;
import org.popinjay.server.cli.Problem.Kind;
import org.popinjay.wire.tls.TlsContexts;

/// Looks at the paths, rights and ports of the settings as a start would, without changing any.
///
/// Blocks on the disk. The rules are those of the mail system: who may read secrets, who may write
/// beside a spool.
final class StartChecks {
  private static final int OTHERS_WRITE = 0002;
  private static final int OTHERS_ANY = 0007;
  private static final int STICKY = 01000;
  private static final int WIDER_THAN_0640 = 0137;
  private static final int WIDER_THAN_0700 = 0077;

  private final List<Problem> problems = new ArrayList<>();

  private StartChecks() {}

  /// What is wrong with files, folders and rights.
  static List<Problem> files(PopinjayConfig config, Path configFile) {
    var checks = new StartChecks();
    checks.settingsFile(configFile);
    config.users().forEach(checks::userSource);
    checks.tls(config.tls());
    checks.state(config.mail().state());
    checks.spools(config);
    checks.identity(config.mail());
    checks.logs(config.log());
    config.control().socket().ifPresent(checks::controlSocket);
    config.bulletins().dir().ifPresent(checks::bulletins);
    checks.problems.addAll(BoardChecks.of(config.bboards(), config.mail().spoolGroup()));
    checks.problems.addAll(BoardChecks.namesakes(config));
    checks.problems.addAll(SubmissionChecks.of(config, Programs.missingForUsers()));
    return List.copyOf(checks.problems);
  }

  /// What is wrong with those that a server of one user alone needs, who is whoever runs it.
  static List<Problem> alone(PopinjayConfig config, Path configFile) {
    var checks = new StartChecks();
    checks.settingsFile(configFile);
    checks.state(config.mail().state());
    checks.spools(config);
    checks.logs(config.log());
    return List.copyOf(checks.problems);
  }

  /// Which addresses cannot be listened on, tried by listening.
  static List<Problem> ports(PopinjayConfig config) {
    var checks = new StartChecks();
    for (int i = 0; i < config.listeners().size(); i++) {
      checks.port("listeners[" + i + "].bind", config.listeners().get(i).bind());
    }
    config.metrics().bind().ifPresent(bind -> checks.port("metrics.bind", bind));
    return List.copyOf(checks.problems);
  }

  /// Prints each problem and picks the exit code: that of the first that is no warning.
  static int report(List<Problem> problems, PrintWriter err) {
    problems.forEach(err::println);
    err.flush();
    return problems.stream()
        .mapToInt(Problem::exitCode)
        .filter(code -> code != ExitCode.FINE)
        .findFirst()
        .orElse(ExitCode.FINE);
  }

  private void logs(LogConfig log) {
    log.file().ifPresent(path -> writable("log.file", path));
    log.traceFile().ifPresent(path -> writable("log.traceFile", path));
    log.signInFile().ifPresent(path -> writable("log.signInFile", path));
  }

  private void settingsFile(Path file) {
    inspect("settings", file)
        .filter(seen -> seen.type() == FileStat.Type.REGULAR && has(seen, OTHERS_WRITE))
        .ifPresent(
            _ -> add(ExitCode.NO_PERMISSION, file, "writable by others", "chmod o-w " + file));
  }

  private void userSource(UserSourceConfig source) {
    switch (source) {
      case UserSourceConfig.FileSource(Path path) -> secret("users.file", path);
      case UserSourceConfig.SystemSource _ -> readable("users.system", Path.of("/etc/shadow"));
      case UserSourceConfig.PamSource(String service, int _) -> {
        var file = Path.of("/etc/pam.d", service);
        if (!Files.exists(file)) {
          add(
              ExitCode.UNAVAILABLE,
              "users.pam.service " + service,
              file + " is not there",
              "write it, or name another service");
        }
      }
    }
  }

  /// Reads everything as a start would, then looks at the modes of what is secret.
  private void tls(TlsConfig tls) {
    for (var fault : TlsContexts.faults(tls)) {
      add(
          ExitCode.SETTINGS,
          fault.key() + ' ' + fault.file(),
          fault.what(),
          "mend the file, or change " + fault.key());
    }
    for (var one : tls.all()) {
      Stream.concat(Stream.of(one.key()), one.keyPasswordFile().stream())
          .filter(Files::isReadable)
          .forEach(path -> secret("tls.key", path));
    }
  }

  private void secret(String key, Path path) {
    if (!readable(key, path)) {
      return;
    }
    inspect(key, path)
        .ifPresent(seen -> {
          if (has(seen, OTHERS_ANY)) {
            add(
                ExitCode.NO_PERMISSION,
                key + ' ' + path,
                "mode " + octal(seen) + " lets others at its secrets",
                "chmod 0640 " + path);
          } else if (has(seen, WIDER_THAN_0640)) {
            problems.add(
                Problem.warning(
                    key + ' ' + path,
                    "mode " + octal(seen) + " is wider than 0640",
                    "chmod 0640 " + path));
          }
        });
  }

  private boolean readable(String key, Path path) {
    if (!Files.exists(path)) {
      add(ExitCode.SETTINGS, key + ' ' + path, "no such file", "make it, or change " + key);
      return false;
    }
    if (!Files.isReadable(path)) {
      add(
          ExitCode.NO_PERMISSION,
          key + ' ' + path,
          "not readable by user " + me(),
          "let this user or one of its groups read it");
      return false;
    }
    return true;
  }

  private void writable(String key, Path file) {
    var where = Files.exists(file) ? file : file.toAbsolutePath().getParent();
    if (where == null || !Files.exists(where)) {
      add(ExitCode.CANNOT_CREATE, key + ' ' + file, "its folder is not there", "make the folder");
    } else if (!Files.isWritable(where)) {
      add(
          Files.exists(file) ? ExitCode.NO_PERMISSION : ExitCode.CANNOT_CREATE,
          key + ' ' + file,
          where + " is not writable by user " + me(),
          "chown " + me() + ' ' + where);
    } else if (Files.exists(file) && !Files.isRegularFile(file)) {
      add(ExitCode.CANNOT_CREATE, key + ' ' + file, "no regular file", "name another file");
    }
  }

  private void controlSocket(Path path) {
    var folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isWritable(folder)) {
      add(
          ExitCode.CANNOT_CREATE,
          "control.socket " + path,
          "its folder is not there, or not writable by user " + me(),
          "make the folder and chown it to " + me());
    }
  }

  private void state(Path folder) {
    var subject = "mail.state " + folder;
    if (!Files.exists(folder)) {
      var parent = nearestExisting(folder);
      if (!Files.isWritable(parent)) {
        add(
            ExitCode.CANNOT_CREATE,
            subject,
            "not there, and " + parent + " is not writable by user " + me(),
            "install -d -m 0700 -o " + me() + ' ' + folder);
      }
      return;
    }
    if (!Files.isDirectory(folder)) {
      add(ExitCode.CANNOT_CREATE, subject, "no folder", "change mail.state");
    } else if (!Files.isWritable(folder) || !Files.isReadable(folder)) {
      add(
          ExitCode.NO_PERMISSION,
          subject,
          "not writable by user " + me(),
          "chown " + me() + ' ' + folder);
    } else {
      inspect("mail.state", folder)
          .filter(seen -> has(seen, WIDER_THAN_0700))
          .ifPresent(seen ->
              problems.add(
                  Problem.warning(
                      subject,
                      "mode " + octal(seen) + " is wider than 0700",
                      "chmod 0700 " + folder)));
    }
  }

  private void spools(PopinjayConfig config) {
    var mail = config.mail();
    fixedFolder(mail.spool())
        .ifPresent(folder -> {
          var subject = "mail.spool " + mail.spool();
          if (!Files.isDirectory(folder)) {
            add(
                ExitCode.SETTINGS,
                subject,
                "no folder " + folder,
                "make it with mode 2775, owner root and group " + mail.spoolGroup());
            return;
          }
          inspect("mail.spool", folder).ifPresent(seen -> spoolFolder(config, folder, seen));
        });
  }

  /// Maildrops that popper or qpopper left are taken in at a sign-in; a site that just changed
  /// servers wants to know of them before.
  private void leftDrops(String subject, Path folder, Template spool) {
    try {
      var count = LeftDropCount.below(folder, spool);
      if (count.files() > 0) {
        problems.add(
            Problem.warning(
                subject,
                (count.gaveUp() ? "at least " : "")
                    + count.files()
                    + " files .USER.pop with mail that an older server left are below "
                    + folder,
                "stop that server; each is taken in when its user signs in by POP3"));
      }
    } catch (IOException | DirectoryIteratorException e) {
      problems.add(
          Problem.warning(
              subject,
              "not every folder below " + folder + " can be listed: " + e.getMessage(),
              "look for files .USER.pop"));
    }
  }

  private void spoolFolder(PopinjayConfig config, Path folder, FileStat seen) {
    var mail = config.mail();
    var subject = "mail.spool " + mail.spool();
    leftDrops(subject, folder, mail.spool());
    if (has(seen, OTHERS_WRITE) && !has(seen, STICKY)) {
      add(
          ExitCode.NO_PERMISSION,
          subject,
          folder + " has mode " + octal(seen) + ": everybody may rename everybody's mail",
          "chmod 2775 " + folder);
    }
    boolean users = mail.identity() == MailConfig.Identity.USER;
    if (users && seen.uid() != 0) {
      problems.add(
          Problem.warning(
              subject,
              folder + " is owned by uid " + seen.uid() + ", who may rename everybody's mail",
              "chown root " + folder));
    }
    boolean dotlocks = config.mbox().dotlock() == MboxConfig.Dotlock.REQUIRE;
    if (!users && dotlocks && !Files.isWritable(folder)) {
      problems.add(
          Problem.warning(
              subject,
              folder
                  + " is not writable by user "
                  + me()
                  + ", so no dotlock can be made and no"
                  + " message removed",
              "run the server with group " + mail.spoolGroup() + ", or set mbox.dotlock: try"));
    }
  }

  private void identity(MailConfig mail) {
    if (mail.identity() == MailConfig.Identity.PROCESS
        && Accounts.own().uid() == 0
        && !mail.asRoot()) {
      add(
          ExitCode.NO_PERMISSION,
          "mail.identity process",
          "the server runs as root and would touch every spool with the rights of root",
          "run it as a user of its own, set mail.identity: user, or force it by mail.asRoot: true");
    }
    if (mail.identity() == MailConfig.Identity.USER && !mayChangeIdentity()) {
      add(
          Kind.CAPABILITY,
          ExitCode.NO_PERMISSION,
          "mail.identity user",
          "user " + me() + " lacks the capabilities CAP_SETUID and CAP_SETGID",
          "grant them (systemd: AmbientCapabilities), or set mail.identity: process");
    }
  }

  /// By the server's own judgement of it.
  private void bulletins(Path folder) {
    BulletinBoard.refusal(Posix.files(), folder.toString(), Accounts.own().uid())
        .ifPresent(why ->
            add(
                Files.exists(folder) ? ExitCode.NO_PERMISSION : ExitCode.SETTINGS,
                "bulletins.dir " + folder,
                why,
                "give the folder itself, owned by root or "
                    + me()
                    + " and with mode 0755 at most"));
  }

  private void port(String key, BindAddress bind) {
    var subject = key + ' ' + bind;
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(
          bind.host().equals(BindAddress.ANY)
              ? new InetSocketAddress(bind.port())
              : new InetSocketAddress(InetAddress.ofLiteral(bind.host()), bind.port()));
    } catch (BindException e) {
      boolean denied = String.valueOf(e.getMessage()).contains("ermission");
      if (denied) {
        add(
            Kind.CAPABILITY,
            ExitCode.NO_PERMISSION,
            subject,
            "user " + me() + " may not listen on port " + bind.port(),
            "grant CAP_NET_BIND_SERVICE, or let systemd open the socket");
      } else {
        add(
            Kind.PORT_TAKEN,
            ExitCode.UNAVAILABLE,
            subject,
            "cannot listen: " + e.getMessage(),
            "see who has it with: ss -ltnp");
      }
    } catch (IOException e) {
      add(ExitCode.UNAVAILABLE, subject, "cannot listen: " + e.getMessage(), "change " + key);
    }
  }

  private Optional<FileStat> inspect(String key, Path path) {
    try {
      // A secret may be mounted as a symbolic link; what counts is the file itself.
      return Optional.of(Posix.files().stat(path.toRealPath().toString()));
    } catch (IOException e) {
      add(ExitCode.NO_PERMISSION, key + ' ' + path, "cannot be looked at", e.toString());
      return Optional.empty();
    }
  }

  /// The part of a template in front of its first variable, as a folder.
  private static Optional<Path> fixedFolder(Template template) {
    if (!(template.parts().getFirst() instanceof Template.Part.Text(String text))) {
      return Optional.empty();
    }
    int slash = text.lastIndexOf('/');
    return slash <= 0 ? Optional.empty() : Optional.of(Path.of(text.substring(0, slash)));
  }

  private static Path nearestExisting(Path path) {
    var at = path.toAbsolutePath();
    while (at.getParent() != null && !Files.exists(at)) {
      at = at.getParent();
    }
    return at;
  }

  /// Whether the kernel would let this process act as others: bits 6 and 7 of the effective
  /// capabilities.
  private static boolean mayChangeIdentity() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      long needed = 1L << 6 | 1L << 7;
      return lines
          .filter(line -> line.startsWith("CapEff:"))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .anyMatch(bits -> (bits & needed) == needed);
    } catch (IOException _) {
      // No /proc, so the kernel cannot be asked; the start itself will tell.
      return true;
    }
  }

  private static String me() {
    return System.getProperty("user.name", "?");
  }

  private void add(int code, Path path, String what, String remedy) {
    add(code, path.toString(), what, remedy);
  }

  private void add(int code, String subject, String what, String remedy) {
    problems.add(new Problem(code, subject, what, remedy));
  }

  private void add(Kind kind, int code, String subject, String what, String remedy) {
    problems.add(new Problem(kind, code, subject, what, remedy));
  }

  private static boolean has(FileStat seen, int bits) {
    return (seen.permissions() & bits) != 0;
  }

  private static String octal(FileStat seen) {
    return String.format("%04o", seen.permissions());
  }
}
