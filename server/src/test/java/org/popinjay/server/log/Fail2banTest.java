package org.popinjay.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.auth.AuthEvents;
import org.popinjay.auth.FailureLog;
import org.popinjay.auth.Origin;
import org.popinjay.config.LogConfig;
import org.popinjay.wire.transcript.RecordCopy;

/// The filters that are shipped, held against the lines that are written.
class Fail2banTest {
  private static final Path FILTERS = Path.of("../packaging/fail2ban/filter.d");

  @TempDir Path folder;

  @AfterAll
  static void backToStandardError() throws IOException {
    Logging.start(LogConfig.DEFAULTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.7", "2001:db8:0:0:0:0:0:7"})
  void aFailureNamesItsAddress(String address) throws IOException {
    var lines = failures(address, "tea");
    assertThat(lines).hasSize(1);
    assertThat(host("popinjay.conf", lines.getFirst())).hasValue(address);
    assertThat(host("popinjay-refused.conf", lines.getFirst())).isEmpty();
  }

  /// Whoever names himself so wants somebody else to be banned, or nobody.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\" address=198.51.100.1 protocol=pop3 mechanism=USER reason=bad-password",
        "x\\\" address=198.51.100.1 protocol=pop3 mechanism=USER reason=bad-password",
        "x\n"
            + "2026-01-01T00:00:00.000Z INFO  popinjay.auth: sign-in failed user=\"y\""
            + " address=198.51.100.1",
        "x\\",
        "\"",
        "address=198.51.100.1",
        "%s%n{}",
        "\u202ex"
      })
  void noNameChangesWhoIsBanned(String name) throws IOException {
    var lines = failures("192.0.2.7", name);
    assertThat(lines).hasSize(1);
    assertThat(host("popinjay.conf", lines.getFirst())).hasValue("192.0.2.7");
    assertThat(failures("192.0.2.7", "y".repeat(300) + name))
        .allSatisfy(line -> assertThat(host("popinjay.conf", line)).hasValue("192.0.2.7"));
  }

  @Test
  void repeatedFailuresAreCountedInTheLine() throws IOException {
    var lines =
        logged(log -> {
          for (int i = 0; i < 100; i++) {
            log.denied(origin("192.0.2.7"), "tea", AuthEvents.BAD_PASSWORD);
          }
        });
    assertThat(lines).hasSize(2);
    assertThat(lines.getLast()).endsWith(" reason=bad-password count=100");
    assertThat(host("popinjay.conf", lines.getLast())).hasValue("192.0.2.7");
  }

  @Test
  void anAddressThatIsNotHeardAnyMoreIsFoundByTheOtherFilter() throws IOException {
    var lines =
        logged(log -> log.unavailable(origin("192.0.2.7"), "tea", AuthEvents.REFUSED_ADDRESS, ""));
    assertThat(host("popinjay-refused.conf", lines.getFirst())).hasValue("192.0.2.7");
    assertThat(host("popinjay.conf", lines.getFirst())).isEmpty();
  }

  @Test
  void whatIsNobodysFaultBansNobody() throws IOException {
    var lines =
        logged(log -> {
          log.unavailable(origin("192.0.2.7"), "tea", AuthEvents.BACKEND, "no directory");
          log.unavailable(origin("192.0.2.7"), "pot", AuthEvents.BUSY, "");
        });
    assertThat(lines)
        .hasSize(2)
        .allSatisfy(line -> {
          assertThat(host("popinjay.conf", line)).isEmpty();
          assertThat(host("popinjay-refused.conf", line)).isEmpty();
        });
  }

  /// The lines of UW's kind are there besides, and ban nobody twice.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Login failed user=tea auth=tea host=[192.0.2.7]",
        "Login failed user=popinjay.auth:\\x20sign-in\\x20failed auth=x host=[192.0.2.7]"
      })
  void theLinesOfUwBanNobody(String line) throws IOException {
    var written = "2026-03-01T09:30:05.310Z INFO  popinjay.uw: " + line;
    assertThat(host("popinjay.conf", written)).isEmpty();
    assertThat(host("popinjay-refused.conf", written)).isEmpty();
  }

  private interface Work {
    void on(FailureLog log);
  }

  private List<String> failures(String address, String name) throws IOException {
    return logged(log -> log.denied(origin(address), name, AuthEvents.BAD_PASSWORD));
  }

  private List<String> logged(Work work) throws IOException {
    var file = folder.resolve("log");
    Files.deleteIfExists(file);
    var settings = RecordCopy.changed(LogConfig.DEFAULTS, "file", Optional.of(file));
    try (var _ = Logging.start(settings)) {
      work.on(new FailureLog(() -> 0));
    }
    return Files.readAllLines(file);
  }

  private static Origin origin(String address) {
    return new Origin(InetAddress.ofLiteral(address), "pop3", "USER");
  }

  /// Whom the filter would ban for a line, as fail2ban reads both.
  private static Optional<String> host(String filter, String line) throws IOException {
    var expression =
        Files.readAllLines(FILTERS.resolve(filter)).stream()
            .filter(text -> text.startsWith("failregex = "))
            .map(text -> text.substring("failregex = ".length()))
            .map(text -> text.replace("%(__prefix_line)s", "\\s*"))
            .map(text -> text.replace("<HOST>", "(?<host>[0-9A-Fa-f:.]+)"))
            .findFirst()
            .orElseThrow();
    var matcher = Pattern.compile(expression).matcher(line);
    return matcher.find() ? Optional.of(matcher.group("host")) : Optional.empty();
  }
}
