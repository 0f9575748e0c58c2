package org.popinjay.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.LogConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.posix.Accounts;

class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<PopinjayConfig> served = new ArrayList<>();

  @TempDir private Path folder;

  private int run(String... arguments) {
    var command =
        PopinjayCommand.commandLine(
            settings -> {
              served.add(settings.config());
              return ExitCode.FINE;
            },
            Map.of());
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    return command.execute(arguments);
  }

  @Test
  void settingsOfDovecotAreImportedWithWhatTheyInclude() throws IOException {
    Files.createDirectories(folder.resolve("conf.d"));
    Files.writeString(folder.resolve("dovecot.conf"), "!include conf.d/*.conf\n!include gone\n");
    Files.writeString(folder.resolve("conf.d/20.conf"), "hostname = two.example\n");
    Files.writeString(folder.resolve("conf.d/10.conf"), "hostname = one\n!include a.ext\n");
    Files.writeString(folder.resolve("conf.d/a.ext"), "passdb {\n driver = pam\n}\n");
    assertThat(run("import", "dovecot", folder.toString())).isZero();
    assertThat(out.toString())
        .startsWith("# Settings of Popinjay")
        .contains("host: \"two.example\"", "pam: {", "# - !include gone: ");
    assertThat(err.toString()).isEqualTo("popinjay: without a counterpart: 3, listed at the end\n");
    assertThat(served).isEmpty();
  }

  @Test
  void otherServersAreImportedToo() throws IOException {
    assertThat(run("import", "popper", "--", "-T 120 -s")).isZero();
    assertThat(out.toString()).contains("idleTimeout: 120s");
    var file = Files.writeString(folder.resolve("qpopper.cfg"), "set timeout = 90\n");
    assertThat(run("import", "qpopper", file.toString())).isZero();
    assertThat(out.toString()).contains("idleTimeout: 90s");
    assertThat(run("import", "uw")).isZero();
    assertThat(out.toString()).contains("children: none");
    assertThat(run("import", "qpopper", folder.resolve("gone").toString())).isEqualTo(78);
    assertThat(run("import", "exchange")).isEqualTo(64);
    assertThat(run("import")).isEqualTo(64);
  }

  @Test
  void aCommandIsNeeded() {
    assertThat(run()).isEqualTo(64);
    assertThat(err.toString()).startsWith("Which command?").contains("serve", "demo", "check");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "demo", "serve", "check", "pw", "version"})
  void everyLevelHasHelp(String command) {
    assertThat(command.isEmpty() ? run("--help") : run(command, "--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: popinjay").contains("-h, --help");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"serv", "--no-such", "serve --no-such", "serve -T soon", "demo --port-base x"})
  void aWrongCommandLineEndsWith64(String line) {
    assertThat(run(line.split(" "))).isEqualTo(64);
    assertThat(served).isEmpty();
  }

  @Test
  void theCompletionScriptIsThereButNotInTheHelp() {
    assertThat(run("generate-completion")).isZero();
    assertThat(out.toString()).contains("complete").contains("popinjay");
    run("--help");
    assertThat(out.toString()).doesNotContain("  generate-completion");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version", "-V"})
  void versionNamesTheJdkAndWhatWasFound(String asked) {
    assertThat(run(asked)).isZero();
    assertThat(out.toString())
        .contains("popinjay 0.", "jdk      " + Runtime.version(), "commit   ", "epoll    ");
  }

  @Test
  void serveWithWrongSettingsEndsWith78AndTellsAll() throws IOException {
    var file = write("p.yaml", "version: 2\npop3: { idle: 3 }\n");
    assertThat(run("serve", "-c", file.toString())).isEqualTo(78);
    assertThat(err.toString().lines()).hasSize(2).allMatch(line -> line.startsWith(file + ":"));
    assertThat(served).isEmpty();
  }

  @Test
  void serveWithoutSettingsNamesTheDemo() {
    org.junit.jupiter.api.Assumptions.assumeFalse(Files.exists(SettingsSource.STANDARD));
    assertThat(run("serve")).isEqualTo(78);
    assertThat(err.toString()).contains("/etc/popinjay/popinjay.yaml").contains("popinjay demo");
  }

  @Test
  void theClassicFlagsWinOverTheFile() throws IOException {
    var file = write("p.yaml", settings() + "pop3: { idleTimeout: 20m }\n");
    int code = run("serve", "-ds", "-T", "120", "-c", file.toString(), "-t", folder + "/trace");
    assertThat(code).as(err.toString()).isZero();
    var config = served.getFirst();
    assertThat(config.pop3().idleTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.log().level()).isEqualTo(LogConfig.Level.DEBUG);
    assertThat(config.log().statistics()).isEqualTo(LogConfig.Statistics.ON);
    assertThat(config.log().traceFile()).contains(folder.resolve("trace"));
  }

  @Test
  void aFaultInAClassicFlagNamesTheFlag() throws IOException {
    var file = write("p.yaml", settings());
    assertThat(run("serve", "-T", "3", "-c", file.toString())).isEqualTo(78);
    assertThat(err.toString())
        .isEqualTo("-T: pop3.idleTimeout: found 3s, expected 15s to 7d" + System.lineSeparator());
  }

  @Test
  void aUsersFileThatOthersReadStopsTheStart() throws IOException {
    var file = write("p.yaml", settings());
    mode(folder.resolve("users"), "rw-r--r--");
    assertThat(run("serve", "-c", file.toString())).isEqualTo(77);
    assertThat(err.toString()).contains("users: mode 0644 lets others at its secrets; chmod 0640");
    assertThat(served).isEmpty();
  }

  @Test
  void aUsersFileThatItsGroupWritesIsAWarning() throws IOException {
    var file = write("p.yaml", settings());
    mode(folder.resolve("users"), "rw-rw----");
    assertThat(run("check", "-c", file.toString())).isZero();
    assertThat(err.toString()).contains("warning: ", "mode 0660 is wider than 0640");
  }

  @Test
  void checkTriesEveryPath() throws IOException {
    var file =
        write(
            "p.yaml",
            """
            listeners: [{ protocol: pop3, bind: "127.0.0.1:0" }]
            metrics: { bind: null }
            users: [{ file: nobody-there }]
            mail: { spool: "none/{user}", state: users-as-state, identity: process }
            log: { file: no/such/log }
            """);
    write("users-as-state", "");
    assertThat(run("check", "-c", file.toString())).isEqualTo(78);
    assertThat(err.toString())
        .contains("users.file " + folder.resolve("nobody-there") + ": no such file")
        .contains("mail.state " + folder.resolve("users-as-state") + ": no folder")
        .contains("no folder " + folder.resolve("none"))
        .contains("log.file " + folder.resolve("no/such/log") + ": its folder is not there");
  }

  @Test
  void theServerDoesNotRunAsRootUnlessForced() throws IOException {
    assumeTrue(Accounts.own().uid() == 0, "not root");
    var file = write("p.yaml", settings().replace("asRoot: true, ", ""));
    assertThat(run("check", "-c", file.toString())).isEqualTo(77);
    assertThat(run("serve", "-c", file.toString())).isEqualTo(77);
    assertThat(err.toString()).contains("mail.identity process: the server runs as root");
    var forced = write("forced.yaml", settings());
    assertThat(run("check", "-c", forced.toString())).as(err.toString()).isZero();
  }

  @Test
  void aSpoolFolderThatAllMayRenameInIsRefused() throws IOException {
    var file = write("p.yaml", settings());
    mode(folder.resolve("spool"), "rwxrwxrwx");
    assertThat(run("check", "-c", file.toString())).isEqualTo(77);
    assertThat(err.toString()).contains("everybody may rename everybody's mail; chmod 2775");
  }

  @Test
  void aPortThatSomebodyHasEndsWith69() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var file =
          write("p.yaml", settings().replace("127.0.0.1:0", "127.0.0.1:" + taken.getLocalPort()));
      assertThat(run("check", "-c", file.toString())).isEqualTo(69);
      assertThat(err.toString()).contains("listeners[0].bind 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void explainPrintsEverySettingWithItsOrigin() throws IOException {
    var file = write("p.yaml", settings());
    assertThat(run("check", "--explain", "-c", file.toString())).isZero();
    assertThat(out.toString())
        .containsPattern("pop3.idleTimeout: 10m +# default")
        .containsPattern("mail.identity: process +# " + file + ":4:")
        .endsWith(file + ": would start" + System.lineSeparator());
  }

  @Test
  void whatHasNoEffectYetIsSaid() throws IOException {
    var file =
        write(
            "p.yaml", settings() + "overrides: { alice: { mail: { quota: { messages: 9 } } } }\n");
    assertThat(run("check", "-c", file.toString())).isZero();
    assertThat(err.toString()).contains("warning: mail.quota has no effect yet");
  }

  @Test
  void bulletinsHaveAnEffect() throws IOException {
    var file =
        write("p.yaml", settings() + "bulletins: { dir: " + folder.resolve("spool") + " }\n");
    assertThat(run("check", "-c", file.toString())).isZero();
    assertThat(err.toString()).doesNotContain("bulletins");
  }

  @Test
  void aFolderOfBulletinsThatTheServerWouldNotReadIsAFault() throws IOException {
    var board = Files.createDirectory(folder.resolve("board"));
    var link = Files.createSymbolicLink(folder.resolve("link"), board);
    var linked = write("l.yaml", settings() + "bulletins: { dir: " + link + " }\n");
    assertThat(run("check", "-c", linked.toString())).isEqualTo(77);
    assertThat(err.toString()).contains("bulletins.dir " + link, "symbolic link");
    var file = write("b.yaml", settings() + "bulletins: { dir: " + board + " }\n");
    assertThat(run("check", "-c", file.toString())).isZero();
    mode(board, "rwxrwxr-x");
    assertThat(run("check", "-c", file.toString())).isEqualTo(77);
    assertThat(err.toString()).contains("may be written to by its group or by everybody");
    var gone = write("g.yaml", settings() + "bulletins: { dir: " + folder.resolve("no") + " }\n");
    assertThat(run("check", "-c", gone.toString())).isEqualTo(78);
  }

  @ParameterizedTest
  @CsvSource({
    "{hash1}/{user}, o",
    "{hash2}/{user}, t/e",
    "{hash2}/{user}, a",
    "{user}, ''",
    "at-{domain}/{hash1}/{user}, at-example.org/o"
  })
  void mailThatAnOlderServerLeftIsFoundInHashedFolders(String spool, String where)
      throws IOException {
    var folders = Files.createDirectories(folder.resolve("spool").resolve(where));
    var left = Files.writeString(folders.resolve(".tea.pop"), "From x\n");
    Files.writeString(folders.resolve(".empty.pop"), "");
    Files.createSymbolicLink(folders.resolve(".link.pop"), left);
    var spools = folder.resolve("spool");
    var file = write("p.yaml", settings().replace("spool/{user}", "spool/" + spool));
    run("check", "-c", file.toString());
    assertThat(err.toString()).contains("1 files .USER.pop", " below " + spools);
  }

  @Test
  void aProgramForMailThatCannotBeRunIsWarnedOf() throws IOException {
    var xmit = "xtnd: { xmit: { enabled: true, command: [/nowhere/sendmail] } }\n";
    var file = write("p.yaml", settings() + xmit);
    run("check", "-c", file.toString());
    assertThat(out.toString() + err).contains("xtnd.xmit.command", "/nowhere/sendmail");
  }

  @Test
  void theDemoMakesItsFolderAndServesIt() throws IOException {
    var demo = folder.resolve("demo");
    assertThat(run("demo", "--dir", demo.toString())).as(err.toString()).isZero();
    var config = served.getFirst();
    assertThat(config.listeners())
        .extracting(listener -> listener.bind().toString())
        .containsExactly(
            "127.0.0.1:10110",
            "127.0.0.1:10109",
            "127.0.0.1:10143",
            "127.0.0.1:10995",
            "127.0.0.1:10993");
    assertThat(config.listeners()).allMatch(listener -> listener.bind().isLoopback());
    assertThat(out.toString())
        .contains("alice", "wonderland")
        .contains("curl -s --user alice:wonderland pop3://127.0.0.1:10110/")
        .contains("pop3 on port 10995, under TLS")
        .contains("curl -sk --user alice:wonderland pop3s://127.0.0.1:10995/1")
        .contains("curl -sk --user alice:wonderland 'imaps://127.0.0.1:10993/INBOX;MAILINDEX=1'")
        .contains("--cacert " + demo.resolve("tls/cert.pem"));
    assertThat(demo.resolve("spool/alice")).exists();
    for (var secret : List.of("users", "tls/key.pem")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(demo.resolve(secret))))
          .as(secret)
          .isEqualTo("rw-------");
    }
    assertThat(run("check", "-c", demo.resolve("popinjay.yaml").toString())).isIn(0, 69);
  }

  @Test
  void theDemoKeepsWhatIsThereOnTheNextStart() throws IOException {
    var demo = folder.resolve("demo");
    run("demo", "--dir", demo.toString());
    Files.delete(demo.resolve("spool/bob"));
    Files.writeString(demo.resolve("spool/alice"), "");
    var certificate = Files.readString(demo.resolve("tls/cert.pem"));
    assertThat(run("demo", "--dir", demo.toString(), "--port-base", "20000")).isZero();
    assertThat(demo.resolve("tls/cert.pem")).hasContent(certificate);
    assertThat(demo.resolve("spool/alice")).isEmptyFile();
    assertThat(demo.resolve("spool/bob")).doesNotExist();
    assertThat(served.getLast().listeners().getFirst().bind().port()).isEqualTo(20_110);
    assertThat(served.getLast().listeners().getLast().bind().port()).isEqualTo(20_993);
    assertThat(served.getLast().metrics().bind().orElseThrow().port()).isEqualTo(20_117);
  }

  @Test
  void theDemoTouchesNoFolderOfSomethingElse() throws IOException {
    write("thesis.tex", "");
    assertThat(run("demo", "--dir", folder.toString())).isEqualTo(73);
    assertThat(err.toString()).contains("holds something else");
    assertThat(folder).isDirectoryNotContaining("glob:**.yaml");
  }

  @Test
  void aPortBaseOutOfRangeIsWrongUsage() {
    assertThat(run("demo", "--dir", folder.resolve("d").toString(), "--port-base", "65000"))
        .isEqualTo(64);
  }

  private String settings() throws IOException {
    mode(write("users", "alice:{PLAIN}x\n"), "rw-------");
    var spool = folder.resolve("spool");
    if (!Files.exists(spool)) {
      Files.createDirectory(spool);
      mode(spool, "rwx------");
    }
    return """
    listeners: [{ protocol: pop3, bind: "127.0.0.1:0" }]
    metrics: { bind: null }
    users: [{ file: users }]
    mail: { identity: process, asRoot: true, spool: "spool/{user}", state: state }
    """;
  }

  private Path write(String name, String text) throws IOException {
    var file = Files.writeString(folder.resolve(name), text);
    mode(file, "rw-r-----");
    return file;
  }

  private static void mode(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
