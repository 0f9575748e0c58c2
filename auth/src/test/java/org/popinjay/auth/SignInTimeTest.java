package org.popinjay.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popinjay.config.AuthConfig;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Posix;

/// The time that a failure takes does not tell whether somebody has the name. By a clock, so it is
/// for the night and a quiet machine.
@Tag("nightly")
class SignInTimeTest {
  private static final int ROUNDS = 400;
  private static final double TELLING = 0.15;

  @TempDir Path folder;

  @Test
  void aNameThatNobodyHasTakesAsLongAsAWrongPassword() throws Exception {
    var authenticator = authenticator();
    var names = List.of("alice", "bob", "nobody", "somebody", "shut", "../alice");
    var nanos = new long[names.size()][ROUNDS];
    var order = new Random(1);
    for (int round = -50; round < ROUNDS; round++) {
      int first = order.nextInt(names.size());
      for (int i = 0; i < names.size(); i++) {
        int which = (first + i) % names.size();
        long took = time(authenticator, names.get(which));
        if (round >= 0) {
          nanos[which][round] = took;
        }
      }
    }
    double usual = median(nanos[0]);
    for (int i = 1; i < names.size(); i++) {
      assertThat(median(nanos[i]) / usual)
          .as("%s, against alice's %.0f us", names.get(i), usual / 1000)
          .isBetween(1 - TELLING, 1 + TELLING);
    }
  }

  private static long time(PasswordAuthenticator authenticator, String name) {
    var password = new Credentials.Password(name, "wrong".getBytes(UTF_8));
    var origin = new Origin(InetAddress.getLoopbackAddress(), "imap", "PLAIN");
    long began = System.nanoTime();
    var result = authenticator.authenticate(password, origin).toCompletableFuture().join();
    long took = System.nanoTime() - began;
    assertThat(result).isInstanceOf(AuthResult.Denied.class);
    return took;
  }

  private static double median(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private PasswordAuthenticator authenticator() throws IOException, UserSourceException {
    var lines = new StringBuilder();
    for (var name : List.of("alice", "bob", "carol", "shut")) {
      lines
          .append(name)
          .append(':')
          .append(PasswordHash.make(Scheme.SHA256_CRYPT, name.getBytes(UTF_8), new Random(1)))
          .append(name.equals("shut") ? "::::::nologin\n" : "\n");
    }
    var file = Files.writeString(folder.resolve("users"), lines);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    var source =
        UsersFileSource.open(
            file,
            Posix.files(),
            Accounts.system(),
            Set.of(),
            InstantSource.system(),
            System::nanoTime);
    return new PasswordAuthenticator(
        List.of(source),
        Admission.of(AuthConfig.DEFAULTS),
        AuthConfig.DEFAULTS,
        new byte[32],
        new AuthThrottle(Duration.ZERO, System::nanoTime, new Random(1)),
        new SuccessCache(10, Duration.ofMinutes(1), System::nanoTime, new Random(1)),
        AuthEvents.all(List.of()),
        Runnable::run);
  }
}
