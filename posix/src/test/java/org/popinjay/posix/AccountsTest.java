package org.popinjay.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AccountsTest {
  private final Accounts accounts = Accounts.system();

  @Test
  void rootIsKnown() throws IOException {
    assertThat(accounts.account("root"))
        .hasValueSatisfying(root -> {
          assertThat(root.name()).isEqualTo("root");
          assertThat(root.uid()).isZero();
          assertThat(root.home()).startsWith("/");
          assertThat(root.groups()).contains(root.gid());
          assertThat(root.identity()).isEqualTo(new Identity(0, root.gid(), root.groups()));
        });
    assertThat(accounts.groupId("root")).hasValue(0);
  }

  @Test
  void anUnknownNameIsNobody() throws IOException {
    for (var name : List.of("no-such-user-here", "", "root\0x", "x".repeat(3000), "../root", ":")) {
      assertThat(accounts.account(name)).isEmpty();
      assertThat(accounts.groupId(name)).isEmpty();
    }
  }

  @Test
  void everyAccountOfTheFileIsFoundAsItStandsThere() throws IOException {
    for (var field : lasting()) {
      assertThat(accounts.account(field[0]))
          .hasValueSatisfying(account -> {
            assertThat(account.uid()).isEqualTo(Integer.parseUnsignedInt(field[2]));
            assertThat(account.gid()).isEqualTo(Integer.parseUnsignedInt(field[3]));
            assertThat(account.home()).isEqualTo(field[5]);
            assertThat(account.shell()).isEqualTo(field[6]);
          });
    }
  }

  @Test
  void shadowIsReadAndShowsNoHash() throws IOException {
    assumeTrue(Files.isReadable(Path.of("/etc/shadow")), "the shadow file may not be read");
    assertThat(accounts.shadow("daemon"))
        .hasValueSatisfying(entry -> assertThat(entry.hash()).isIn("*", "!", "!*", "!!", "x"));
    assertThat(accounts.shadow("no-such-user-here")).isEmpty();
    assertThat(new ShadowEntry("$6$salt$hash", OptionalLong.of(3), OptionalLong.of(4)).toString())
        .doesNotContain("$6$");
  }

  @Test
  void aPasswordLastsAsShadowSays() {
    assertThat(SystemAccounts.passwordEnds(20_000, 90)).hasValue(20_091);
    assertThat(SystemAccounts.passwordEnds(20_000, 0)).hasValue(20_001);
    assertThat(SystemAccounts.passwordEnds(0, 99_999)).as("to be changed at once").hasValue(0);
    assertThat(SystemAccounts.passwordEnds(20_000, -1)).as("no most days").isEmpty();
    assertThat(SystemAccounts.passwordEnds(-1, 90)).as("no aging").isEmpty();
    assertThat(SystemAccounts.passwordEnds(20_000, Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void anAccountEndsByItselfOrByAPasswordThatWasTooOldForTooLong() {
    var none = OptionalLong.empty();
    var aged = OptionalLong.of(20_091);
    assertThat(SystemAccounts.accountEnds(-1, none, -1)).isEmpty();
    assertThat(SystemAccounts.accountEnds(20_454, none, 7)).hasValue(20_454);
    assertThat(SystemAccounts.accountEnds(-1, aged, 7)).hasValue(20_098);
    assertThat(SystemAccounts.accountEnds(-1, aged, 0)).hasValue(20_091);
    assertThat(SystemAccounts.accountEnds(20_095, aged, 7)).hasValue(20_095);
    assertThat(SystemAccounts.accountEnds(20_454, aged, 7)).hasValue(20_098);
    assertThat(SystemAccounts.accountEnds(-1, aged, -1)).as("no such days").isEmpty();
    assertThat(SystemAccounts.accountEnds(-1, aged, Long.MAX_VALUE)).isEmpty();
    assertThat(SystemAccounts.accountEnds(0, none, -1)).as("1970").hasValue(0);
    assertThat(SystemAccounts.accountEnds(-1, OptionalLong.of(0), 7))
        .as("to be changed at once")
        .isEmpty();
  }

  @Test
  void eightThreadsGetTheirOwnAnswers() throws Exception {
    var names = lasting().stream().map(field -> field[0]).toList();
    try (var pool = Executors.newFixedThreadPool(8)) {
      var runs = new ArrayList<Future<Integer>>();
      for (int thread = 0; thread < 8; thread++) {
        int first = thread;
        runs.add(
            pool.submit(() -> {
              int wrong = 0;
              for (int i = 0; i < 500; i++) {
                var name = names.get((first + i) % names.size());
                var answer = accounts.account(name);
                wrong += answer.isPresent() && answer.get().name().equals(name) ? 0 : 1;
              }
              return wrong;
            }));
      }
      for (var run : runs) {
        assertThat(run.get()).isZero();
      }
    }
  }

  /// Accounts of the file as fields, without those of tests of another process, which come and go.
  private static List<String[]> lasting() throws IOException {
    return Files.readAllLines(Path.of("/etc/passwd")).stream()
        .map(line -> line.split(":", -1))
        .filter(field -> field.length == 7 && !RealUsers.isOurs(Long.parseLong(field[2])))
        .toList();
  }

  @Test
  void theProcessIsWhoTheKernelSays() throws IOException {
    var status = Files.readAllLines(Path.of("/proc/self/status"));
    var own = Accounts.own();
    assertThat(status)
        .anyMatch(line -> line.startsWith("Uid:") && line.split("\t", -1)[2].equals("" + own.uid()))
        .anyMatch(
            line -> line.startsWith("Gid:") && line.split("\t", -1)[2].equals("" + own.gid()));
  }
}
