package org.popinjay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.posix.Accounts;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.DockerImageName;

/// The image, as somebody runs it who reads `docker/Dockerfile`: root file system read-only, no
/// capabilities. Without a container engine these tests are skipped.
///
/// The variable `POPINJAY_IMAGE` names an image that was built already.
@Testcontainers(disabledWithoutDocker = true)
class ContainerTest {
  private static final int POP3 = 110;
  private static final int IMAP = 143;
  private static final String SETTINGS =
      """
      version: 1
      users: [{ file: /etc/popinjay/users }]
      auth: { cleartext: always }
      mail: { spool: "/var/mail/{user}", folders: null, identity: process }
      """;

  private static DockerImageName name = DockerImageName.parse("popinjay");

  @BeforeAll
  static void build() {
    var built = System.getenv("POPINJAY_IMAGE");
    if (built == null) {
      var root = Path.of("..");
      built =
          new ImageFromDockerfile("popinjay-test", false)
              .withFileFromPath(".", root)
              .withFileFromPath("Dockerfile", root.resolve("docker/Dockerfile"))
              .get();
    }
    name = DockerImageName.parse(built);
  }

  /// A server that has not been started.
  private static GenericContainer<?> server() {
    return confined()
        .withCopyToContainer(Transferable.of(SETTINGS, 0644), "/etc/popinjay/popinjay.yaml")
        .withCopyToContainer(Transferable.of("tea:{PLAIN}kettle\n", 0640), "/etc/popinjay/users");
  }

  private static GenericContainer<?> confined() {
    return new GenericContainer<>(name)
        .withExposedPorts(POP3, IMAP)
        .withCreateContainerCmdModifier(ContainerTest::confine)
        .withTmpFs(Map.of("/tmp", "mode=1777"))
        .waitingFor(
            Wait.forLogMessage(".*popinjay: ready in.*", 1)
                .withStartupTimeout(Duration.ofSeconds(60)));
  }

  /// Files copied into a container belong to root; the group lets the server read its users.
  private static void confine(CreateContainerCmd command) {
    var host = Objects.requireNonNull(command.getHostConfig());
    host.withGroupAdd(List.of("0"));
    host.withSecurityOpts(List.of("no-new-privileges:true"));
    host.withCapDrop(Capability.ALL);
  }

  @Test
  void mailThatImapStoredIsFetchedOverPop3AndTheStopIsPolite() throws Exception {
    try (var container = server()) {
      container.start();
      try (var imap = new Client(container, IMAP);
          var pop3 = new Client(container, POP3)) {
        assertThat(imap.hear()).startsWith("* OK");
        assertThat(imap.ask("a LOGIN tea kettle")).startsWith("a OK");
        assertThat(imap.ask("b APPEND INBOX {22+}\r\nSubject: one\r\n\r\nbody\r\n"))
            .startsWith("b OK [APPENDUID");
        assertThat(pop3.hear()).startsWith("+OK");
        assertThat(pop3.ask("USER tea")).startsWith("+OK");
        assertThat(pop3.ask("PASS kettle")).startsWith("+OK 1 message");
        assertThat(pop3.ask("RETR 1")).startsWith("+OK");
        assertThat(pop3.hear()).isEqualTo("Subject: one");

        container
            .getDockerClient()
            .stopContainerCmd(container.getContainerId())
            .withTimeout(20)
            .exec();
        assertThat(imap.hear()).startsWith("* BYE [UNAVAILABLE]");
      }
      var state =
          container
              .getDockerClient()
              .inspectContainerCmd(container.getContainerId())
              .exec()
              .getState();
      assertThat(state.getExitCodeLong()).isZero();
    }
  }

  @Test
  void aReadOnlyRootIsEnough(@TempDir Path etc) throws Exception {
    assumeTrue(Accounts.own().uid() == 0, "users files have to belong to root");
    Files.writeString(etc.resolve("popinjay.yaml"), SETTINGS);
    var users = Files.writeString(etc.resolve("users"), "tea:{PLAIN}kettle\n");
    Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-r-----"));
    Files.setPosixFilePermissions(etc, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (var container = confined()) {
      container.withFileSystemBind(etc.toString(), "/etc/popinjay", BindMode.READ_ONLY);
      container.withCreateContainerCmdModifier(
          command -> Objects.requireNonNull(command.getHostConfig()).withReadonlyRootfs(true));
      container.start();
      try (var imap = new Client(container, IMAP)) {
        assertThat(imap.hear()).startsWith("* OK");
        assertThat(imap.ask("a LOGIN tea kettle")).startsWith("a OK");
        assertThat(imap.ask("b SELECT INBOX")).startsWith("* ");
      }
    }
  }

  @Test
  void aSpoolOfAnotherUidIsRefusedInWordsForAClient() throws Exception {
    try (var container = server()) {
      container.withCopyToContainer(
          Transferable.of("From a@b Sat Jan  3 01:05:34 2026\n\nhidden\n\n", 0644),
          "/var/mail/tea");
      container.start();
      try (var pop3 = new Client(container, POP3)) {
        assertThat(pop3.hear()).startsWith("+OK");
        assertThat(pop3.ask("USER tea")).startsWith("+OK");
        assertThat(pop3.ask("PASS kettle")).isEqualTo("-ERR [SYS/PERM] maildrop cannot be opened");
      }
    }
  }

  @Test
  void theHealthCheckTalksToTheServer() throws Exception {
    try (var container = server()) {
      container.start();
      var check =
          container
              .getDockerClient()
              .inspectImageCmd(name.asCanonicalNameString())
              .exec()
              .getConfig();
      var command =
          Objects.requireNonNull(Objects.requireNonNull(check).getHealthcheck()).getTest();
      var words = command.subList(1, command.size()).toArray(String[]::new);
      var result = container.execInContainer(words);
      assertThat(result.getExitCode()).as(result.getStderr()).isZero();
    }
  }

  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Client(GenericContainer<?> container, int port) throws IOException {
      socket = new Socket(container.getHost(), container.getMappedPort(port));
      socket.setSoTimeout(60_000);
      in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    }

    String hear() throws IOException {
      var line = in.readLine();
      return line == null ? "" : line;
    }

    String ask(String command) throws IOException {
      socket.getOutputStream().write((command + "\r\n").getBytes(ISO_8859_1));
      return hear();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
