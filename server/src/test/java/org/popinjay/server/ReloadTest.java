package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.LogConfig;
import org.popinjay.config.yaml.EffectiveSettings.Change;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.server.cli.ReloadOutcome;
import org.popinjay.server.cli.ServedSettings;
import org.popinjay.server.log.Logging;
import org.popinjay.server.supervisor.Notify;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Settings that change under a server with clients.
class ReloadTest {
  private static final Logger LOG = LoggerFactory.getLogger("org.popinjay.toy");
  private static final String ADMITTED = "+OK";

  @TempDir Path folder;

  private @Nullable Served served;
  private @Nullable Logging logging;
  private @Nullable Reload reload;

  @AfterEach
  void stop() {
    Objects.requireNonNull(served).close();
    Objects.requireNonNull(logging).close();
  }

  @AfterAll
  static void logToStandardError() throws IOException {
    Logging.start(LogConfig.DEFAULTS);
  }

  private Served start(String... changes) throws Exception {
    var settings = write(changes);
    var log = Logging.start(settings.config().log());
    logging = log;
    served = new Served(folder, settings.config(), Popinjay.start(settings.config(), log::dropped));
    reload = new Reload(settings, log, served.server(), Notify.NOBODY);
    return served;
  }

  /// Writes the settings anew: those of every test, but for the changes.
  private ServedSettings write(String... changes) throws IOException {
    var all = new String[changes.length + 1];
    System.arraycopy(changes, 0, all, 0, changes.length);
    all[changes.length] =
        "mail: { spool: \"spool/{user}\", folders: \"folders/{user}\", state: state,"
            + " identity: process, asRoot: true }"
            + (List.of(changes).stream().anyMatch(change -> change.startsWith("log:"))
                ? ""
                : "\nlog: { file: log }");
    Served.settings(folder, all);
    Files.setPosixFilePermissions(
        folder.resolve("spool"), PosixFilePermissions.fromString("rwx------"));
    var loader = new YamlConfigLoader(Map.of());
    var file = folder.resolve("popinjay.yaml");
    return switch (loader.load(file, List.of())) {
      case LoadResult.Loaded loaded -> new ServedSettings(loader, file, List.of(), loaded);
      case LoadResult.Faulty faulty -> throw new AssertionError(faulty.print());
    };
  }

  private ReloadOutcome reload() {
    return Objects.requireNonNull(reload).now();
  }

  private ReloadOutcome.Taken taken() {
    return (ReloadOutcome.Taken) reload();
  }

  private List<String> refused() {
    return ((ReloadOutcome.Refused) reload()).faults();
  }

  private String log() throws IOException {
    // What is written last is in the file when the queue is empty.
    Objects.requireNonNull(logging).close();
    return Files.readString(folder.resolve("log"));
  }

  @Test
  void aSettingThatChangesHoldsForWhoComesAndNotForWhoIsThere() throws Exception {
    var before = start();
    try (var tea = before.connect().signIn("tea")) {
      write("pop3: { last: false }");
      assertThat(taken())
          .isEqualTo(
              new ReloadOutcome.Taken(
                  List.of(
                      new Change("pop3.last", Optional.of("true"), Optional.of("false"), false)),
                  List.of()));
      try (var pot = before.connect().signIn("pot")) {
        assertThat(pot.ask("LAST")).startsWith("-ERR");
      }
      assertThat(tea.ask("LAST")).startsWith("+OK");
      assertThat(tea.ask("QUIT")).startsWith("+OK");
    }
    assertThat(log()).contains("in effect: pop3.last: true -> false");
  }

  @Test
  void whatOneUserHasOfHisOwnChanges() throws Exception {
    var before = start();
    write("overrides: { tea: { pop3: { last: false } } }");
    assertThat(taken().inEffect())
        .contains(
            new Change("overrides.tea.pop3.last", Optional.empty(), Optional.of("false"), false));
    try (var tea = before.connect().signIn("tea");
        var pot = before.connect().signIn("pot")) {
      assertThat(tea.ask("LAST")).startsWith("-ERR");
      assertThat(pot.ask("LAST")).startsWith("+OK");
    }
  }

  @Test
  void aReloadDoesNotForgetWhoSignedInALittleWhileAgo() throws Exception {
    var before = start("pop3: { loginDelay: 1h }");
    before.connect().signIn("tea").close();
    write("pop3: { loginDelay: 30m }");
    taken();
    try (var tea = before.connect()) {
      assertThat(tea.hear()).startsWith("+OK");
      assertThat(tea.ask("USER tea")).startsWith("+OK");
      assertThat(tea.ask("PASS kettle")).startsWith("-ERR [LOGIN-DELAY] ");
    }
  }

  @Test
  void aNewSourceOfUsersIsAsked() throws Exception {
    var before = start();
    var more = folder.resolve("more");
    Files.writeString(more, "cup:{PLAIN}kettle\n");
    Files.setPosixFilePermissions(more, PosixFilePermissions.fromString("rw-r-----"));
    write("users: [{ file: users }, { file: more }]");
    assertThat(taken().inEffect()).extracting(Change::key).containsExactly("users[1].file");
    before.connect().signIn("cup").close();
    before.connect().signIn("tea").close();
  }

  @Test
  void listenersComeAndGoAndTheOthersStayOpen() throws Exception {
    var before = start();
    var pop3 = before.pop3();
    var imap = before.imap();
    write(
        """
        listeners:
          - { protocol: pop2+pop3, bind: "127.0.0.1:0" }
          - { protocol: pop3, bind: "127.0.0.1:0" }\
        """);
    try (var waiting = new Conversation(imap)) {
      assertThat(waiting.hear()).startsWith("* OK");
      assertThat(taken().needRestart()).isEmpty();
      assertThat(waiting.ask("a NOOP")).startsWith("a OK");
    }
    assertThat(before.server().addresses()).hasSize(2).contains(pop3).doesNotContain(imap);
    for (var address : before.server().addresses()) {
      try (var client = new Conversation(address)) {
        assertThat(client.hear()).startsWith(ADMITTED);
      }
    }
    assertThatThrownBy(() -> new Conversation(imap)).isInstanceOf(IOException.class);
  }

  @Test
  void anOpenSocketTurnsToAnotherProtocol() throws Exception {
    int port = FreePort.next();
    var bind = "bind: \"127.0.0.1:" + port + "\" }";
    var before = start("listeners:\n  - { protocol: pop3, " + bind);
    write("listeners:\n  - { protocol: imap, " + bind);
    try (var there = before.connect()) {
      assertThat(there.hear()).startsWith(ADMITTED);
      assertThat(taken().inEffect()).extracting(Change::key).contains("listeners[0].protocol");
      assertThat(there.ask("CAPA")).startsWith("+OK");
    }
    try (var client =
        new Conversation(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      assertThat(client.hear()).startsWith("* OK");
    }
  }

  @Test
  void connectionsOfAllGenerationsCountTogether() throws Exception {
    var before = start();
    try (var first = before.connect();
        var second = before.connect()) {
      assertThat(first.hear()).startsWith(ADMITTED);
      assertThat(second.hear()).startsWith(ADMITTED);
      write("limits: { connections: 2 }");
      assertThat(taken().inEffect())
          .contains(new Change("limits.connections", Optional.of("auto"), Optional.of("2"), false));
      try (var third = before.connect()) {
        assertThat(third.hear()).startsWith("-ERR [SYS/TEMP]");
      }
    }
  }

  @Test
  void sessionsOfAUserCountTogetherAsWell() throws Exception {
    var before = start();
    try (var first = new Conversation(before.imap())) {
      assertThat(first.hear()).startsWith("* OK");
      assertThat(first.ask("a LOGIN tea kettle")).startsWith("a OK");
      write("limits: { connectionsPerUser: 1 }");
      taken();
      try (var second = new Conversation(before.imap())) {
        assertThat(second.hear()).startsWith("* OK");
        // The first was at work a moment ago, so that it does not give way.
        assertThat(second.ask("b LOGIN tea kettle")).startsWith("b NO [LIMIT]");
      }
    }
  }

  @Test
  void aFaultyFileChangesNothingAndAllFaultsAreTold() throws Exception {
    var before = start();
    write();
    var file = folder.resolve("popinjay.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            + "pop3: { idleTimeout: 3s, lats: true }\nimap: { idleTimeout: 1x }\n");
    int line = (int) Files.readString(file).lines().count() - 1;
    assertThat(refused())
        .hasSize(3)
        .anyMatch(
            fault -> fault.startsWith(file + ":" + line + ":") && fault.contains("pop3.idleT"))
        .anyMatch(fault -> fault.contains("pop3.lats") && fault.contains("did you mean last?"))
        .anyMatch(fault -> fault.startsWith(file + ":" + (line + 1) + ":"));
    before.connect().signIn("tea").close();
    assertThat(log())
        .contains("ERROR Reload: " + file + ":" + line + ":")
        .contains("everything stays as it was");
  }

  @Test
  void whatTheSettingsNameHasToBeThere() throws Exception {
    var before = start();
    write("users: [{ file: nowhere }]");
    assertThat(refused()).anyMatch(fault -> fault.contains("nowhere: no such file"));
    before.connect().signIn("tea").close();
  }

  @Test
  void aPortInUseChangesNothing() throws Exception {
    var before = start();
    int free = FreePort.next();
    try (var other = new ServerSocket(FreePort.next(), 1, InetAddress.getLoopbackAddress())) {
      write(
          """
          listeners:
            - { protocol: imap, bind: "127.0.0.1:%d" }
            - { protocol: pop3, bind: "127.0.0.1:%d" }
          pop3: { last: false }\
          """
              .formatted(free, other.getLocalPort()));
      assertThat(refused())
          .singleElement(InstanceOfAssertFactories.STRING)
          .contains("port " + other.getLocalPort() + " is in use");
    }
    assertThatThrownBy(
            () -> new Conversation(new InetSocketAddress(InetAddress.getLoopbackAddress(), free)))
        .isInstanceOf(IOException.class);
    try (var tea = before.connect().signIn("tea")) {
      assertThat(tea.ask("LAST")).startsWith("+OK");
    }
    // The port is free now, and the same file is taken.
    assertThat(taken().inEffect()).extracting(Change::key).contains("pop3.last");
  }

  @Test
  void whatNeedsARestartIsToldUntilThereIsOne() throws Exception {
    var before = start();
    var metrics = before.server().metricsAddress();
    for (int i = 0; i < 2; i++) {
      write("metrics: { bind: \"127.0.0.1:1\" }");
      assertThat(taken())
          .isEqualTo(
              new ReloadOutcome.Taken(
                  List.of(),
                  List.of(
                      new Change(
                          "metrics.bind",
                          Optional.of("127.0.0.1:0"),
                          Optional.of("127.0.0.1:1"),
                          true))));
    }
    assertThat(before.server().metricsAddress()).isEqualTo(metrics);
    write();
    assertThat(taken()).isEqualTo(new ReloadOutcome.Taken(List.of(), List.of()));
    assertThat(log()).contains("needs a restart: metrics.bind: 127.0.0.1:0 -> 127.0.0.1:1");
  }

  @Test
  void theLogChangesItsFileItsFormAndItsLevel() throws Exception {
    start();
    LOG.debug("unheard");
    LOG.info("first");
    write("log: { file: other, format: json, level: debug }");
    assertThat(taken().inEffect())
        .extracting(Change::key)
        .containsExactly("log.level", "log.format", "log.file");
    LOG.debug("second");
    assertThat(log()).doesNotContain("second", "unheard");
    assertThat(folder.resolve("other"))
        .content()
        .contains("\"level\":\"DEBUG\"")
        .contains("\"message\":\"second\"");
  }

  @Test
  void aLogThatCannotBeOpenedChangesNothing() throws Exception {
    var before = start();
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    write("log: { file: link }", "pop3: { last: false }");
    assertThat(refused()).singleElement(InstanceOfAssertFactories.STRING).contains("link");
    try (var tea = before.connect().signIn("tea")) {
      assertThat(tea.ask("LAST")).startsWith("+OK");
    }
  }

  @Test
  void fiftyReloadsLeakNothingAndRefuseNobody() throws Exception {
    var before = start();
    var address = before.pop3();
    reload();
    long descriptors = descriptors();
    int threads = Thread.activeCount();
    for (int i = 0; i < 50; i++) {
      boolean even = i % 2 == 0;
      write(
          "pop3: { last: " + even + " }",
          "listeners:\n"
              + (even ? "  - { protocol: imap, bind: \"127.0.0.1:0\" }\n" : "")
              + "  - { protocol: pop3, bind: \"127.0.0.1:0\" }");
      var reloading = Thread.ofVirtual().start(this::reload);
      try (var client = new Conversation(address)) {
        assertThat(client.hear()).startsWith(ADMITTED);
        assertThat(client.ask("QUIT")).startsWith("+OK");
      }
      reloading.join();
      assertThat(before.server().addresses()).contains(address);
    }
    write();
    reload();
    assertThat(descriptors()).isLessThan(descriptors + 8);
    assertThat(Thread.activeCount()).isLessThan(threads + 4);
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }
}
