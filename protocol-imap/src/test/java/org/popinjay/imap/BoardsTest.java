package org.popinjay.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.popinjay.config.BboardsConfig;
import org.popinjay.config.MailConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.Template;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.mbox.MboxStoreProvider;
import org.popinjay.posix.Posix;
import org.popinjay.posix.UserIdentity;
import org.popinjay.wire.transcript.NoLeaks;
import org.popinjay.wire.transcript.RecordCopy;
import org.popinjay.wire.transcript.Transcript;
import org.popinjay.wire.transcript.TranscriptPlayer;
import org.popinjay.wire.transcript.TranscriptPlayer.Cut;

/// Bulletin boards with a real server over real files.
@ExtendWith(NoLeaks.class)
class BoardsTest {
  private static final Path TRANSCRIPTS = Path.of("src/test/resources/transcripts");

  @TempDir private Path folder;

  @BeforeEach
  void post() throws IOException {
    Files.createDirectories(folder.resolve("spool"));
    permit(Files.createDirectories(folder.resolve("boards")), "rwxr-xr-x");
    post("news", Files.readAllBytes(TRANSCRIPTS.resolve("mail/two.mbox")));
    post("mh-users", new byte[0]);
  }

  private static void permit(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private void post(String name, byte[] octets) throws IOException {
    var file = folder.resolve("boards").resolve(name + ".mbox");
    Files.write(file, octets, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    permit(file, "rw-r--r--");
  }

  private MailStore store() {
    var mail = RecordCopy.changed(MailConfig.DEFAULTS, "state", folder.resolve("state"));
    mail = RecordCopy.changed(mail, "spool", Template.parse(folder.resolve("spool") + "/{user}"));
    mail = RecordCopy.changed(mail, "identity", MailConfig.Identity.PROCESS);
    var boards =
        new BboardsConfig(
            Optional.of(folder.resolve("boards")), Optional.empty(), false, List.of());
    var config = RecordCopy.changed(PopinjayConfig.DEFAULTS, "mail", mail);
    try {
      return new MboxStoreProvider()
          .open(
              RecordCopy.changed(config, "bboards", boards),
              new StoreSurroundings(
                  Posix.files(),
                  UserIdentity.process(),
                  InstantSource.system(),
                  RandomGenerator.of("L64X128MixRandom"),
                  StoreEvents.NONE));
    } catch (StoreStartException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  @ParameterizedTest
  @EnumSource
  void isHeldAsWritten(Cut cut) throws IOException {
    new TranscriptPlayer(
            TRANSCRIPTS.resolve("mail"), () -> new ImapTestServer(Settings.DEFAULTS, store()))
        .play(Transcript.read(TRANSCRIPTS.resolve("bboards/bboard.txt")), cut);
  }

  @Test
  void whatTheKeeperAppendsIsNews() throws IOException {
    try (var server = new ImapTestServer(Settings.DEFAULTS, store());
        var client = ImapTestClient.signedIn(server);
        var other = ImapTestClient.signedIn(server)) {
      client.expectOk("a BBOARD news");
      other.expectOk("a BBOARD news");
      post("news", Files.readAllBytes(TRANSCRIPTS.resolve("mail/two.mbox")));
      assertThat(client.ask("b NOOP")).contains("* 4 EXISTS");
      assertThat(other.ask("b NOOP")).contains("* 4 EXISTS");
      assertThat(client.ask("c FETCH 4 UID")).contains("* 4 FETCH (UID 4)");
    }
  }

  @Test
  void aFolderOfTheNameOfABoardIsAnotherMailbox() throws IOException {
    try (var server = new ImapTestServer(Settings.DEFAULTS, store());
        var client = ImapTestClient.signedIn(server)) {
      client.expectOk("a BBOARD news");
      // Had the board the name of the folder, its selection would end here.
      client.ask("b DELETE news");
      assertThat(client.complete("c FETCH 1 UID")).startsWith("OK");
    }
  }
}
