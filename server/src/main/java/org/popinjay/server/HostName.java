package org.popinjay.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.popinjay.posix.Posix;

/// The name that greetings carry.
final class HostName {
  /// A start must not hang on a name service that does not answer.
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private HostName() {}

  /// What the settings say, else the fully qualified name of this machine, else its host name.
  ///
  /// @param threads where the name service is asked
  static String of(Optional<String> set, Executor threads) {
    return set.orElseGet(() -> ofMachine(Posix.hostName(), threads));
  }

  private static String ofMachine(String own, Executor threads) {
    if (own.indexOf('.') > 0) {
      return own;
    }
    var qualified =
        CompletableFuture.supplyAsync(HostName::canonical, threads)
            .completeOnTimeout("", PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .join();
    return qualified.startsWith(own + ".") ? qualified : own;
  }

  private static String canonical() {
    try {
      return InetAddress.getLocalHost().getCanonicalHostName();
    } catch (UnknownHostException _) {
      return "";
    }
  }
}
