package org.popinjay.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.popinjay.config.Escape;
import org.popinjay.config.MailConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.XtndConfig.XmitConfig;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.pop3.Submissions;
import org.popinjay.posix.Identity;
import org.popinjay.posix.Programs;
import org.popinjay.server.cli.ExitCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Sends mail by a program that reads it on its standard input.
///
/// The program is started when the whole message has come, with the arguments of the settings, of
/// which nothing is the client's, without a shell and without an environment, and with the rights
/// of the user where files are touched with them. Until then the message lies in a file that has no
/// name.
final class Sendmail implements Submissions {
  /// How long the program may take.
  static final Duration TIME_MAX = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(Sendmail.class);

  /// Starts the program for a user.
  interface Starter {
    /// Starts it, or fails.
    ///
    /// @param timeMax how long the program may take
    Process start(Identity who, Duration timeMax, ProcessBuilder program) throws IOException;
  }

  private final XmitConfig settings;
  private final Starter programs;
  private final String host;
  private final Path folder;
  private final SubmissionCounts counts;
  private final RandomGenerator random;
  private final Duration timeMax;

  /// @param host domain of users who have none
  /// @param folder for messages on their way
  /// @param timeMax how long the program may take
  Sendmail(
      XmitConfig settings,
      Starter programs,
      String host,
      Path folder,
      SubmissionCounts counts,
      RandomGenerator random,
      Duration timeMax) {
    this.settings = settings;
    this.programs = programs;
    this.host = host;
    this.folder = folder;
    this.counts = counts;
    this.random = random;
    this.timeMax = timeMax;
  }

  /// How programs are started where such settings hold.
  ///
  /// @throws StartException if they cannot be started as users, and have to be
  static Starter programs(PopinjayConfig settings) throws StartException {
    if (settings.mail().identity() == MailConfig.Identity.PROCESS) {
      return (_, _, program) -> Programs.start(program);
    }
    if (settings.xtnd().xmit().enabled()) {
      try {
        Programs.proveStartAs();
      } catch (IOException e) {
        throw new StartException(
            ExitCode.SETTINGS,
            "xtnd.xmit: no program can be started as a user ("
                + e.getMessage()
                + "); mend that, or set xtnd.xmit.enabled: false");
      }
    }
    return Programs::startAs;
  }

  @Override
  public boolean enabled() {
    return settings.enabled();
  }

  @Override
  public long octetsMax() {
    return settings.maxBytes().octets();
  }

  @Override
  public boolean admits(String user) {
    return counts.admits(user, settings.ratePerUserPerHour());
  }

  @Override
  public Optional<Submission> begin(AccountOwner sender) {
    var name = folder.resolve(".xmit-" + Long.toHexString(random.nextLong()));
    try {
      var file =
          FileChannel.open(
              name,
              Set.of(
                  StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.delete(name);
      return Optional.of(new Letter(sender, file));
    } catch (IOException e) {
      LOG.warn("XTND XMIT: no room for a message of {}", Escape.text(sender.name()), e);
      return Optional.empty();
    }
  }

  private List<String> command(String user) {
    int at = user.lastIndexOf('@');
    var local = at < 0 ? user : user.substring(0, at);
    var domain = at < 0 ? host : user.substring(at + 1);
    return settings.command().stream()
        .map(word -> word.replace("{user}", local).replace("{domain}", domain))
        .toList();
  }

  /// A message that is being collected.
  private final class Letter implements Submission {
    private final Identity identity;
    private final String user;
    private final FileChannel file;
    private final RecipientCount recipients = new RecipientCount();

    Letter(AccountOwner sender, FileChannel file) {
      this.identity = sender.identity();
      this.user = sender.name();
      this.file = file;
    }

    @Override
    public boolean write(ByteBuffer octets) {
      recipients.take(octets);
      try {
        while (octets.hasRemaining()) {
          file.write(octets);
        }
        return true;
      } catch (IOException e) {
        LOG.warn("XTND XMIT: a message of {} cannot be kept", Escape.text(user), e);
        return false;
      }
    }

    @Override
    public boolean tooManyRecipients() {
      return recipients.count() > settings.maxRecipients();
    }

    @Override
    public boolean send() {
      try {
        long octets = file.position();
        int status = run(command(user));
        LOG.atLevel(status == 0 ? Level.INFO : Level.WARN)
            .log("XTND XMIT: user {} octets {} status {}", Escape.text(user), octets, status);
        return status == 0;
      } catch (IOException e) {
        LOG.error("XTND XMIT: a message of {} cannot be sent", Escape.text(user), e);
        return false;
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    private int run(List<String> command) throws IOException, InterruptedException {
      var builder =
          new ProcessBuilder(command)
              .directory(new File("/"))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD);
      builder.environment().clear();
      var process = programs.start(identity, timeMax, builder);
      var watch = Thread.ofVirtual().start(() -> end(process));
      try (var in = process.getOutputStream()) {
        file.position(0);
        Channels.newInputStream(file).transferTo(in);
      } catch (IOException e) {
        // A program may stop reading early; its status says what that means.
        LOG.debug("XTND XMIT: not all was read", e);
      }
      int status = process.waitFor();
      watch.interrupt();
      return status;
    }

    /// Ends a program that takes too long, with what it has started.
    private void end(Process process) {
      try {
        if (!process.waitFor(timeMax.toMillis(), TimeUnit.MILLISECONDS)) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
      } catch (InterruptedException _) {
        // It has ended by itself.
      }
    }

    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
