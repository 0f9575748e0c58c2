package org.popinjay.posix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Accounts of this machine that are there for the length of a test.
public final class RealUsers implements AutoCloseable {
  private static final int UID_MIN = 61_000;
  private static final int UID_MAX = 61_999;

  private final Deque<String> made = new ArrayDeque<>();

  private RealUsers() {}

  /// Skips the test, visibly, where no accounts can be made.
  public static RealUsers orSkip() {
    assumeTrue(Accounts.own().uid() == 0, "not root: no accounts can be made");
    assumeTrue(run("", "useradd", "-D") == 0, "no useradd: no accounts can be made");
    return new RealUsers();
  }

  /// Whether accounts of tests have such numbers.
  static boolean isOurs(long uid) {
    return uid >= UID_MIN && uid <= UID_MAX;
  }

  /// Makes an account with a password.
  ///
  /// @param letters tell the accounts of a test apart
  /// @return its name
  public String make(String letters, String password) {
    var name = "pj" + ProcessHandle.current().pid() + letters;
    var hash =
        Crypt.hash(password.getBytes(StandardCharsets.UTF_8), Crypt.setting("$5$")).orElseThrow();
    assumeTrue(
        run(
                "",
                "useradd",
                "-M",
                "-K",
                "UID_MIN=" + UID_MIN,
                "-K",
                "UID_MAX=" + UID_MAX,
                "-s",
                "/usr/sbin/nologin",
                name)
            == 0,
        "useradd refused");
    made.push(name);
    assumeTrue(run(name + ":" + hash + "\n", "chpasswd", "-e") == 0, "chpasswd refused");
    return name;
  }

  /// Runs `usermod` for an account.
  public void change(String name, String... words) {
    var command = new java.util.ArrayList<>(List.of("usermod"));
    command.addAll(List.of(words));
    command.add(name);
    assumeTrue(run("", command.toArray(String[]::new)) == 0, "usermod refused");
  }

  @Override
  public void close() {
    while (!made.isEmpty()) {
      int _ = run("", "userdel", made.pop());
    }
  }

  private static int run(String input, String... command) {
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      return process.waitFor(1, TimeUnit.MINUTES) ? process.exitValue() : -1;
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }
}
