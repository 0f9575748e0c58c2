package org.popinjay.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.auth.AccountCheck.Good;
import org.popinjay.auth.AccountCheck.Shut;
import org.popinjay.auth.AccountCheck.Wrong;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Pam;
import org.popinjay.posix.RealUsers;

/// Real accounts, judged by the module that judges those of most systems.
@Timeout(120)
class PamSourceTest {
  private static final Origin ORIGIN =
      new Origin(InetAddress.getLoopbackAddress(), "imap", "PLAIN");

  @TempDir Path services;
  private RealUsers users;
  private PamSource source;

  @BeforeEach
  void open() throws IOException {
    assumeTrue(Pam.fault().isEmpty(), "no PAM: " + Pam.fault().orElse(""));
    users = RealUsers.orSkip();
    Files.writeString(
        services.resolve("mail"), "auth required pam_unix.so\naccount required pam_unix.so\n");
    source = new PamSource("mail", Pam.service("mail", services), Accounts.system(), 1000);
  }

  @AfterEach
  void close() {
    if (users != null) {
      users.close();
    }
  }

  @Test
  void anAccountIsJudgedByItsOwnPassword() throws IOException {
    var ann = users.make("a", "teapot");
    var bob = users.make("b", "kettle");
    assertThat(ask(ann, "teapot")).isEqualTo(new Good());
    assertThat(ask(bob, "kettle")).isEqualTo(new Good());
    assertThat(ask(ann, "kettle")).isInstanceOf(Wrong.class);
    assertThat(source.find("no-such-account-here")).isEqualTo(new UserSource.Unknown());
    assertThat(judged(ann).user().name()).isEqualTo(ann);
  }

  /// pam_unix wants two seconds; the thread is needed for others. Whoever waited for them would do
  /// so each time, a busy machine does not.
  @Test
  void aWrongPasswordHoldsNoThread() throws IOException {
    var ann = users.make("c", "teapot");
    boolean waited = true;
    for (int attempts = 0; waited && attempts < 10; attempts++) {
      long began = System.nanoTime();
      var verdict = ask(ann, "kettle");
      var took = Duration.ofNanos(System.nanoTime() - began);
      assertThat(verdict).isInstanceOf(Wrong.class);
      var delay = ((Wrong) verdict).delay();
      assertThat(delay).isGreaterThan(Duration.ofMillis(500));
      waited = took.compareTo(delay) >= 0;
    }
    assertThat(waited).isFalse();
  }

  @Test
  void anExpiredAccountIsShutThoughItsPasswordIsRight() throws IOException {
    var ann = users.make("d", "teapot");
    users.change(ann, "-e", "1");
    assertThat(ask(ann, "teapot")).isInstanceOf(Shut.class);
    assertThat(judged(ann).check().account(ORIGIN)).isInstanceOf(Shut.class);
  }

  @Test
  void rootIsNotServed() throws IOException {
    assertThat(source.find("root")).isInstanceOf(UserSource.Closed.class);
  }

  private AccountCheck.Verdict ask(String user, String password) throws IOException {
    return judged(user).check().password(password.getBytes(UTF_8), ORIGIN);
  }

  private UserSource.Judged judged(String user) throws IOException {
    assertThat(source.find(user)).isInstanceOf(UserSource.Judged.class);
    return (UserSource.Judged) source.find(user);
  }
}
