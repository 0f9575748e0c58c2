package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.mailstore.faults.CallKind;
import org.popinjay.mailstore.faults.Fault;
import org.popinjay.mailstore.faults.FaultyFileCalls;
import org.popinjay.posix.Errno;
import org.popinjay.posix.Posix;
import org.popinjay.server.log.SignInFile;

/// `log.signInFile`: who signed in from where, for other programs.
class SignInFileTest {
  private static final String LINE = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z ";

  @TempDir private Path folder;

  private Served serve() throws IOException, StartException {
    return Served.start(
        folder,
        "log: { signInFile: signed-in }",
        """
        listeners:
          - { protocol: pop3, bind: "127.0.0.1:0" }
          - { protocol: imap, bind: "127.0.0.1:0" }
          - { protocol: pop2+pop3, bind: "127.0.0.1:0" }\
        """);
  }

  private static void visit(Served served, String user) throws IOException {
    try (var client = served.connect().signIn(user)) {
      assertThat(client.ask("QUIT")).startsWith("+OK");
      assertThat(client.hear()).isEqualTo(Conversation.CLOSED);
    }
  }

  private String[] lines(String name) throws IOException {
    return Files.readAllLines(folder.resolve(name)).toArray(String[]::new);
  }

  @Test
  void eachSignInIsThereBeforeTheClientHearsOfIt() throws Exception {
    try (var served = serve()) {
      try (var client = served.connect()) {
        client.hear();
        client.ask("USER tea");
        assertThat(client.ask("PASS wrong")).startsWith("-ERR");
        assertThat(lines("signed-in")).isEmpty();
        client.ask("USER tea");
        assertThat(client.ask("PASS kettle")).startsWith("+OK");
        assertThat(lines("signed-in")).hasSize(1);
        assertThat(lines("signed-in")[0]).matches(LINE + "pop3 tea 127\\.0\\.0\\.1");
        // Who is told that the maildrop is in use has not signed in.
        try (var second = served.connect()) {
          second.hear();
          second.ask("USER tea");
          assertThat(second.ask("PASS kettle")).startsWith("-ERR [IN-USE]");
        }
      }
      try (var client = new Conversation(served.imap())) {
        client.hear();
        assertThat(client.ask("a LOGIN pot kettle")).startsWith("a OK");
        assertThat(lines("signed-in")[1]).matches(LINE + "imap pot 127\\.0\\.0\\.1");
      }
      try (var client = new Conversation(served.server().addresses().get(2))) {
        client.hear();
        assertThat(client.ask("HELO pot kettle")).startsWith("#");
        assertThat(lines("signed-in")[2]).matches(LINE + "pop2 pot 127\\.0\\.0\\.1");
      }
      assertThat(lines("signed-in")).hasSize(3);
    }
    assertThat(Files.getPosixFilePermissions(folder.resolve("signed-in")))
        .isSubsetOf(PosixFilePermissions.fromString("rw-r-----"));
  }

  @Test
  void aReloadOpensItAnewAndLinesAreAdded() throws Exception {
    try (var served = serve()) {
      visit(served, "tea");
      Files.move(folder.resolve("signed-in"), folder.resolve("signed-in.1"));
      visit(served, "pot");
      assertThat(lines("signed-in.1")).hasSize(2);
      served.server().take(served.settings());
      assertThat(folder.resolve("signed-in")).isEmptyFile();
      visit(served, "pot");
      assertThat(lines("signed-in")).hasSize(1);
      assertThat(lines("signed-in.1")).hasSize(2);
    }
    try (var served = serve()) {
      visit(served, "tea");
      assertThat(lines("signed-in")).hasSize(2);
      Files.delete(folder.resolve("signed-in"));
      served.server().take(Served.settings(folder));
      visit(served, "pot");
      assertThat(folder.resolve("signed-in")).doesNotExist();
    }
  }

  @Test
  void aFileThatOthersCouldHavePutThereIsRefused() throws Exception {
    var file = folder.resolve("signed-in");
    Files.createSymbolicLink(file, folder.resolve("elsewhere"));
    assertThatThrownBy(this::serve)
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("log.signInFile: ");
    assertThat(folder.resolve("elsewhere")).doesNotExist();
    Files.writeString(folder.resolve("elsewhere"), "");
    Files.setPosixFilePermissions(
        folder.resolve("elsewhere"), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(this::serve).isInstanceOf(StartException.class);
    Files.delete(file);
    Files.createDirectory(file);
    assertThatThrownBy(this::serve).isInstanceOf(StartException.class);
    Files.delete(file);
    Files.writeString(file, "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    assertThatThrownBy(this::serve).hasMessageContaining("(chmod 0640)");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    serve().close();
  }

  @Test
  void aDiskThatIsFullKeepsNobodyOut() throws Exception {
    var calls =
        new FaultyFileCalls(Posix.files(), new Fault.FailNth(CallKind.WRITE, 1, Errno.ENOSPC));
    try (var file = new SignInFile(calls, () -> Instant.EPOCH)) {
      file.open(Optional.of(folder.resolve("signed-in"))).use();
      file.signedIn("pop3", "tea", InetAddress.getLoopbackAddress());
      file.signedIn("pop3", "pot", InetAddress.getLoopbackAddress());
    }
    assertThat(lines("signed-in")).containsExactly("1970-01-01T00:00:00.000Z pop3 pot 127.0.0.1");
  }
}
