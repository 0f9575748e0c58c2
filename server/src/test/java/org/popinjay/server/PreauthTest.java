package org.popinjay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.auth.UserRecord;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Identity;
import org.popinjay.server.cli.ExitCode;
import org.popinjay.server.cli.PopinjayCommand;

/// Users of this machine who are signed in as who they are (RFC 9051, section 7.1.4).
@Timeout(180)
class PreauthTest {
  private static final String ME = System.getProperty("user.name");

  @TempDir Path folder;
  private @Nullable Served served;

  /// A client at the socket.
  private record Guest(SocketChannel channel, BufferedReader lines) implements AutoCloseable {
    static Guest at(Path socket) throws IOException {
      var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
      return new Guest(
          channel,
          new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), ISO_8859_1)));
    }

    String hear() throws IOException {
      return String.valueOf(lines.readLine());
    }

    /// What is answered, up to the completion.
    List<String> ask(String command) throws IOException {
      channel.write(ByteBuffer.wrap((command + "\r\n").getBytes(US_ASCII)));
      var answers = new ArrayList<String>();
      do {
        answers.add(hear());
      } while (answers.getLast().startsWith("* "));
      return answers;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  @AfterEach
  void stop() {
    if (served != null) {
      served.close();
    }
  }

  private Path socket() {
    return folder.resolve("preauth");
  }

  /// @param users lines of a users file
  private Served start(String users) throws Exception {
    var control = "control: { preauth: preauth }";
    var file = Served.write(folder, control).resolveSibling("users");
    Files.writeString(file, users);
    var settings = Served.load(folder.resolve("popinjay.yaml"));
    var started = new Served(folder, settings, Popinjay.start(settings, () -> 0));
    served = started;
    return started;
  }

  private Served startWithMe() throws Exception {
    return start("tea:{PLAIN}kettle\n" + ME + ":{PLAIN}kettle\n");
  }

  @Test
  void whoeverConnectsIsSignedInAsWhoHeIs() throws Exception {
    var server = startWithMe();
    Spool.write(server.spool(ME), Spool.AWKWARD);
    try (var guest = Guest.at(socket())) {
      assertThat(guest.hear())
          .startsWith("* PREAUTH [CAPABILITY IMAP4rev1 ")
          .endsWith("] dewey.example Popinjay ready, you are signed in");
      assertThat(guest.ask("a CAPABILITY").getFirst())
          .doesNotContain("AUTH=")
          .doesNotContain("STARTTLS")
          .doesNotContain("LOGINDISABLED");
      assertThat(guest.ask("b LOGIN tea kettle"))
          .containsExactly("b BAD you are signed in already");
      assertThat(guest.ask("c AUTHENTICATE PLAIN"))
          .containsExactly("c BAD you are signed in already");
      assertThat(guest.ask("d STARTTLS")).containsExactly("d BAD you are signed in already");
      assertThat(guest.ask("e SELECT INBOX").getLast()).startsWith("e OK [READ-WRITE]");
      assertThat(who()).contains(" imap ").contains(" " + ME + " ").contains(" selected ");
      assertThat(guest.ask("f LOGOUT")).containsExactly("* BYE bye", "f OK LOGOUT completed");
      assertThat(guest.hear()).isEqualTo("null");
    }
  }

  private String who() {
    return run("who", "-c", folder.resolve("popinjay.yaml").toString()).out();
  }

  @Test
  void whoIsNoUserIsSentAway() throws Exception {
    start("tea:{PLAIN}kettle\n");
    try (var guest = Guest.at(socket())) {
      assertThat(guest.hear()).isEqualTo("* BYE [AUTHENTICATIONFAILED] sign-in failed");
      assertThat(guest.hear()).isEqualTo("null");
    }
  }

  @Test
  void aUserOfTheSameNameWithAnotherUidIsSomebodyElse() throws Exception {
    start(ME + ":{PLAIN}kettle:4711:4711::/nowhere\n");
    try (var guest = Guest.at(socket())) {
      assertThat(guest.hear()).isEqualTo("* BYE [AUTHENTICATIONFAILED] sign-in failed");
      assertThat(guest.hear()).isEqualTo("null");
    }
  }

  @Test
  void theUidDecidesWhoseMailItIs() throws Exception {
    var own = Accounts.own();
    assertThat(new LocalPeer(ME).owns(user(own))).isTrue();
    assertThat(new LocalPeer(ME).owns(user(new Identity(4711, own.gid(), own.groups())))).isFalse();
    assertThat(new LocalPeer("").owns(user(own))).isFalse();
    assertThat(new LocalPeer("4711").owns(user(own))).isFalse();
  }

  private static UserRecord user(Identity identity) {
    return new UserRecord(ME, identity, Optional.empty());
  }

  @Test
  void nobodyIsSignedInOnANetwork() throws Exception {
    var server = startWithMe();
    try (var imap = new Conversation(server.imap())) {
      assertThat(imap.hear()).startsWith("* OK [CAPABILITY ");
    }
  }

  @Test
  void theSocketIsForAllAndGoesWithTheServer() throws Exception {
    var server = startWithMe();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
        .isEqualTo("rw-rw-rw-");
    server.close();
    served = null;
    assertThat(socket()).doesNotExist();
  }

  @Test
  void withoutTheSettingThereIsNoSocket() throws Exception {
    served = Served.start(folder);
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).doesNotContain("preauth");
    }
  }

  @Test
  void aServerThatStopsSaysSo() throws Exception {
    var server = startWithMe();
    try (var guest = Guest.at(socket())) {
      guest.hear();
      server.close();
      served = null;
      assertThat(guest.hear()).startsWith("* BYE ");
    }
  }

  // The command

  /// What the command said, and how it ended.
  private record Said(int code, String out, String err) {}

  private static Said run(String... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        PopinjayCommand.commandLine(_ -> 0, Map.of())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(words);
    return new Said(code, out.toString(), err.toString());
  }

  @Test
  void theCommandCarriesBothWaysToTheEnd() throws Exception {
    startWithMe();
    var process = command("--socket", socket().toString());
    var long100k = "x".repeat(100_000);
    var said = new StringBuilder();
    try (var out = process.inputReader(US_ASCII)) {
      try (var in = process.getOutputStream()) {
        in.write(
            ("a APPEND INBOX {" + long100k.length() + "+}\r\n" + long100k + "\r\n")
                .getBytes(US_ASCII));
        in.write("b SELECT INBOX\r\nc FETCH 1 BODY[]\r\n".getBytes(US_ASCII));
        in.flush();
        for (var line = ""; !line.startsWith("c OK "); said.append(line).append('\n')) {
          line = Objects.requireNonNull(out.readLine());
        }
      }
      // The end of the input is the end of the session.
      assertThat(out.readLine()).isNull();
    }
    assertThat(process.waitFor()).isZero();
    assertThat(said.toString())
        .startsWith("* PREAUTH ")
        .contains("\na OK ", "\nb OK ", long100k)
        .endsWith("c OK messages fetched\n");
  }

  /// The command in a process of its own, whose standard input and output are those of a client.
  private static Process command(String... options) throws IOException {
    var words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "org.popinjay.server.Main",
                "preauth"));
    words.addAll(List.of(options));
    return new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  @Test
  void aloneItServesWhoRunsItAndEndsWithHim() throws Exception {
    var file = Served.write(folder);
    Spool.write(folder.resolve("spool").resolve(ME), Spool.AWKWARD);
    var process = command("--alone", "-c", file.toString());
    try (var in = process.outputWriter(US_ASCII);
        var out = process.inputReader(US_ASCII)) {
      assertThat(out.readLine()).startsWith("* PREAUTH ");
      in.write("a SELECT INBOX\r\nb LOGOUT\r\n");
      in.flush();
      var said = out.readAllAsString();
      assertThat(said).contains("\na OK [READ-WRITE]", "\nb OK ");
    }
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void aloneItLeavesTheStateOfAServerThatRuns() throws Exception {
    startWithMe();
    var process = command("--alone", "-c", folder.resolve("popinjay.yaml").toString());
    assertThat(new String(process.getInputStream().readAllBytes(), US_ASCII))
        .isEqualTo("* BYE [UNAVAILABLE] no server here, try again later\r\n");
    assertThat(process.waitFor()).isEqualTo(ExitCode.UNAVAILABLE);
  }

  @Test
  void aloneItSaysWhoseSettingsItWants() {
    var said = run("preauth", "--alone", "-c", folder.resolve("none.yaml").toString());
    assertThat(said.code()).isEqualTo(ExitCode.SETTINGS);
    assertThat(said.out()).isEqualTo("* BYE [UNAVAILABLE] the settings are wrong\r\n");
    assertThat(said.err())
        .contains("none.yaml: found no such file")
        .contains("popinjay: preauth: --alone serves by settings of one's own");
  }

  @Test
  void aloneItSaysWhatIsInItsWay() throws Exception {
    var file = Served.write(folder, "mail: { spool: \"nowhere/{user}\", state: state }");
    var said = run("preauth", "--alone", "-c", file.toString());
    assertThat(said.code()).isEqualTo(ExitCode.SETTINGS);
    assertThat(said.out()).startsWith("* BYE [UNAVAILABLE] ");
    assertThat(said.err())
        .contains("popinjay: mail.spool ")
        .contains("no folder " + folder.resolve("nowhere"))
        .doesNotContain("users.file");
  }

  @Test
  void withoutAServerTheClientIsToldSo() throws Exception {
    var said = run("preauth", "--socket", socket().toString());
    assertThat(said.code()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(said.out()).isEqualTo("* BYE [UNAVAILABLE] no server here, try again later\r\n");
    assertThat(said.err()).startsWith("popinjay: preauth: no server listens at " + socket());
  }

  @Test
  void settingsWithoutASocketAreSaidToBeSo() throws Exception {
    var file = Served.write(folder).toString();
    var said = run("preauth", "-c", file);
    assertThat(said.code()).isEqualTo(ExitCode.SETTINGS);
    assertThat(said.out()).startsWith("* BYE [UNAVAILABLE]");
    assertThat(said.err()).contains("control.preauth is not set");
  }
}
