package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.BboardsConfig;
import org.popinjay.config.Cidr;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.wire.transcript.NoLeaks;
import org.popinjay.wire.transcript.RecordCopy;
import org.popinjay.wire.transcript.Transcript;
import org.popinjay.wire.transcript.TranscriptPlayer;
import org.popinjay.wire.transcript.TranscriptPlayer.Cut;

/// Bulletin boards (RFC 1082) with a real server over real files.
@ExtendWith(NoLeaks.class)
class BoardsTest {
  private static final Path TRANSCRIPTS = Path.of("src/test/resources/transcripts");

  @TempDir private Path folder;

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("conversations")
  void isHeldAsWritten(String file, Cut cut) throws IOException {
    new TranscriptPlayer(
            TRANSCRIPTS.resolve("mail"),
            () -> new Pop3TestServer(Settings.DEFAULTS, TestMail.withBoards(folder)))
        .play(Transcript.read(TRANSCRIPTS.resolve("bboards").resolve(file)), cut);
  }

  static Stream<Arguments> conversations() throws IOException {
    var all = new ArrayList<Arguments>();
    try (var files = Files.list(TRANSCRIPTS.resolve("bboards"))) {
      for (var file : files.sorted().toList()) {
        for (var cut : Cut.values()) {
          if (cut != Cut.ALL_AT_ONCE || Transcript.read(file).pipelining()) {
            all.add(Arguments.of(file.getFileName().toString(), cut));
          }
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @EnumSource
  void theFormIsTheSameInAllWordings(Responses responses) throws IOException {
    try (var server = server(Settings.DEFAULTS.responses(responses));
        var client = new Pop3TestClient(server.address())) {
      client.line();
      client.ask("USER tea");
      client.ask("PASS pot");
      assertThat(client.ask("XTND BBOARDS")).isEqualTo("+OK XTND");
      assertThat(client.upToDot()).isEqualTo("news 2\r\n");
      assertThat(client.ask("XTND BBOARDS no")).isEqualTo("-ERR no such bboard");
      assertThat(client.ask("XTND BBOARDS news")).isEqualTo("+OK XTND");
      assertThat(client.upToDot()).isEqualTo("news 2\r\n");
      assertThat(client.ask("LIST 1")).isEqualTo("+OK 1 44 1");
      assertThat(client.ask("DELE 2")).startsWith("+OK");
    }
  }

  private Pop3TestServer server(Settings settings) {
    var mail = TestMail.withBoards(folder);
    mail.prepare("posts news two.mbox");
    return new Pop3TestServer(settings, mail);
  }

  @Test
  void aMaildropThatCannotBeUpdatedIsNotLeft() throws IOException {
    var mail = TestMail.withBoards(folder, Duration.ofSeconds(1));
    mail.fill("From a Sun Jan  1 00:00:00 2023\nSubject: one\n\ntext\n\n".getBytes(US_ASCII));
    mail.prepare("posts news two.mbox");
    var lock = folder.resolve("spool/tea.lock");
    try (var server = new Pop3TestServer(Settings.DEFAULTS, mail);
        var client = new Pop3TestClient(server.address());
        var other = new Pop3TestClient(server.address())) {
      client.line();
      client.signIn();
      client.ask("DELE 1");
      Files.writeString(lock, "another program");
      assertThat(client.ask("XTND BBOARDS news"))
          .isEqualTo("-ERR [SYS/TEMP] mailbox busy, messages not deleted");
      assertThat(client.ask("STAT")).isEqualTo("+OK 0 0");
      assertThat(client.ask("RSET")).startsWith("+OK 1 messages");
      other.line();
      assertThat(other.signIn()).startsWith("-ERR [IN-USE]");
      client.ask("DELE 1");
      Files.delete(lock);
      assertThat(client.ask("XTND BBOARDS news")).isEqualTo("+OK XTND");
      assertThat(client.upToDot()).isEqualTo("news 2\r\n");
      assertThat(other.signIn()).startsWith("+OK 0 messages");
    }
    assertThat(folder.resolve("spool/tea")).isEmptyFile();
  }

  @Test
  void boardsAreNotRemovedFromWhatHasBeenReadOnThem() throws IOException {
    var mail = TestMail.withBoards(folder);
    mail.prepare("posts news two.mbox");
    var file = folder.resolve("boards/news.mbox");
    var before = Files.readAllBytes(file);
    var settings = Settings.DEFAULTS.pop3("expire", Optional.of(Duration.ZERO));
    try (var server = new Pop3TestServer(settings.pop3("autoDelete", true), mail);
        var client = new Pop3TestClient(server.address())) {
      client.line();
      client.signIn();
      client.ask("XTND BBOARDS news");
      client.upToDot();
      client.ask("RETR 1");
      client.upToDot();
      assertThat(client.ask("QUIT")).isEqualTo("+OK dewey signing off");
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  private static Settings strangersFrom(String network) {
    var boards =
        new BboardsConfig(
            Optional.of(Path.of("/boards")), Optional.empty(), true, List.of(Cidr.parse(network)));
    return Settings.DEFAULTS.config(RecordCopy.changed(PopinjayConfig.DEFAULTS, "bboards", boards));
  }

  @Test
  void strangersReadWhatEverybodyMayReadAndNothingElse() throws IOException {
    try (var server = server(strangersFrom("127.0.0.0/8"));
        var client = new Pop3TestClient(server.address());
        var another = new Pop3TestClient(server.address())) {
      var hidden = Files.copy(folder.resolve("boards/news.mbox"), folder.resolve("boards/x.mbox"));
      Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rw-r-----"));
      Files.copy(hidden, folder.resolve("spool/anonymous"));
      for (var each : List.of(client, another)) {
        each.line();
        assertThat(each.ask("USER anonymous")).isEqualTo("+OK send PASS");
        assertThat(each.ask("PASS me@example.org")).isEqualTo("+OK 0 messages (0 octets)");
      }
      assertThat(client.ask("XTND BBOARDS")).isEqualTo("+OK XTND");
      assertThat(client.upToDot()).isEqualTo("news 2\r\n");
      assertThat(client.ask("XTND BBOARDS x")).isEqualTo("-ERR no such bboard");
      assertThat(client.ask("STAT")).isEqualTo("+OK 0 0");
      assertThat(client.ask("RETR 1")).startsWith("-ERR");
      assertThat(client.ask("XTND BBOARDS news")).isEqualTo("+OK XTND");
      assertThat(client.upToDot()).isEqualTo("news 2\r\n");
      assertThat(client.ask("RETR 1")).isEqualTo("+OK 44 octets");
      client.upToDot();
      assertThat(client.ask("QUIT")).isEqualTo("+OK dewey signing off");
    }
  }

  @Test
  void strangersFromElsewhereAreUsersWithAWrongPassword() throws IOException {
    try (var server = server(strangersFrom("192.0.2.0/24"));
        var client = new Pop3TestClient(server.address())) {
      client.line();
      assertThat(client.ask("USER anonymous")).isEqualTo("+OK send PASS");
      assertThat(client.ask("PASS x")).startsWith("-ERR [AUTH]");
      assertThat(client.signIn()).startsWith("+OK");
    }
    try (var server = server(Settings.DEFAULTS);
        var client = new Pop3TestClient(server.address())) {
      client.line();
      client.ask("USER anonymous");
      assertThat(client.ask("PASS x")).startsWith("-ERR [AUTH]");
    }
  }

  @Test
  void strangersNeedNoTlsWhereUsersDo() throws IOException {
    var settings = strangersFrom("127.0.0.1/32").auth("cleartext", AuthConfig.Cleartext.NEVER);
    try (var server = server(settings);
        var client = new Pop3TestClient(server.address())) {
      client.line();
      client.ask("CAPA");
      assertThat(client.upToDot()).doesNotContain("USER");
      assertThat(client.ask("USER tea")).isEqualTo("-ERR TLS required");
      assertThat(client.ask("PASS pot")).isEqualTo("-ERR TLS required");
      assertThat(client.ask("USER anonymous")).isEqualTo("+OK send PASS");
      assertThat(client.ask("USER anonymous2")).isEqualTo("-ERR TLS required");
      assertThat(client.ask("PASS x")).isEqualTo("-ERR TLS required");
      client.ask("USER anonymous");
      assertThat(client.ask("PASS x")).isEqualTo("+OK 0 messages (0 octets)");
      assertThat(client.ask("XTND BBOARDS")).isEqualTo("+OK XTND");
      assertThat(client.upToDot()).isEqualTo("news 2\r\n");
    }
  }

  @Test
  void aStrangerWhoseMailCouldNotBeOpenedLeavesNoTraceForTheNextUser() throws IOException {
    // Strangers are who they say; the user who signs in after one that went away is himself.
    try (var server = server(strangersFrom("127.0.0.0/8"))) {
      try (var client = new Pop3TestClient(server.address())) {
        client.line();
        client.ask("USER anonymous");
        client.ask("USER tea");
        assertThat(client.ask("PASS wrong")).startsWith("-ERR [AUTH]");
        client.ask("USER anonymous");
        client.ask("NOOP");
        assertThat(client.ask("PASS x")).isEqualTo("-ERR not in this state");
        assertThat(client.signIn()).startsWith("+OK");
      }
    }
  }
}
