package org.popinjay.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popinjay.config.AuthConfig;
import org.popinjay.config.Cidr;
import org.popinjay.config.DnsConfig.Reverse;
import org.popinjay.config.LegacyConfig;
import org.popinjay.config.ListenerConfig;
import org.popinjay.config.LogConfig.Statistics;
import org.popinjay.pop3.netty.Pop3Pipeline;
import org.popinjay.wire.FrontDoor;
import org.popinjay.wire.OpenSessions;
import org.popinjay.wire.Reserves;
import org.popinjay.wire.names.HostNames;
import org.popinjay.wire.names.NameCheck;
import org.popinjay.wire.transcript.Awaited;
import org.popinjay.wire.transcript.LogWitness;
import org.popinjay.wire.transcript.RecordCopy;

/// Names of clients beside sessions, which know nothing of them but for the log.
class ClientNamesTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");

  private final LogWitness log = new LogWitness("popinjay", Level.INFO);
  private final AtomicInteger asked = new AtomicInteger();
  private final ScheduledExecutorService loop = new NoTime();

  /// Does at once what is to be done now, and nothing else.
  private static final class NoTime extends ScheduledThreadPoolExecutor {
    NoTime() {
      super(1, Executors.defaultThreadFactory());
      setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
      return delay > 0 ? super.schedule(work, 1, TimeUnit.DAYS) : super.schedule(work, 0, unit);
    }
  }

  /// Says what the test says of every address.
  private final class Dns implements HostNames {
    private final CompletionStage<String> name;

    Dns(CompletionStage<String> name) {
      this.name = name;
    }

    @Override
    public CompletionStage<String> nameOf(InetAddress address) {
      asked.incrementAndGet();
      return name;
    }

    @Override
    public CompletionStage<List<InetAddress>> addressesOf(String name) {
      return CompletableFuture.completedFuture(List.of(CLIENT));
    }

    @Override
    public void close() {}
  }

  @AfterEach
  void stop() {
    log.close();
    loop.shutdownNow();
  }

  /// A server behind a proxy, since clients on this machine are not looked up.
  private Pop3TestServer server(CompletionStage<String> name) {
    var extended =
        RecordCopy.changed(Settings.DEFAULTS.config(), "log", "statistics", Statistics.EXTENDED);
    var settings =
        Settings.DEFAULTS.config(extended).auth("cleartext", AuthConfig.Cleartext.ALWAYS);
    var names = new NameCheck(loop, () -> new Dns(name), System::nanoTime, _ -> {});
    names.change(Reverse.WARN);
    return new Pop3TestServer(
        settings,
        null,
        service -> {
          var door =
              new FrontDoor(
                  service.facilities().addresses(),
                  Reserves.PLENTY,
                  Optional.empty(),
                  false,
                  ListenerConfig.Access.DEFAULTS,
                  List.of(Cidr.parse("127.0.0.0/8")),
                  new OpenSessions(),
                  Optional.of(names),
                  service.facilities().events());
          return new Pop3Pipeline(service, LegacyConfig.DEFAULTS, door);
        });
  }

  private static Pop3TestClient connect(Pop3TestServer server) throws IOException {
    var client = new Pop3TestClient(server.address());
    client.send("PROXY TCP4 192.0.2.7 192.0.2.1 4711 110\r\n");
    return client;
  }

  /// What was written when both lines of a session are there.
  private List<String> said() {
    return log.await(2);
  }

  @Test
  void aSessionDoesNotWaitForANameThatNeverComes() throws IOException {
    try (var server = server(new CompletableFuture<>())) {
      try (var client = connect(server)) {
        assertThat(client.line()).startsWith("+OK");
        Awaited.until(() -> asked.get() == 1);
        assertThat(client.signIn()).startsWith("+OK");
        assertThat(client.ask("QUIT")).startsWith("+OK");
      }
      assertThat(said())
          .hasSize(2)
          .anyMatch(
              line -> line.contains(" address=192.0.2.7 ") && line.contains(" end=signed-off tls="))
          .contains("Stats: tea 0 0 0 0 192.0.2.7 192.0.2.7");
    }
  }

  @Test
  void aNameThatLeadsBackStandsInTheLinesOfTheSession() throws Exception {
    try (var server = server(CompletableFuture.completedFuture("tea.example.org"))) {
      try (var client = connect(server)) {
        assertThat(client.line()).startsWith("+OK");
        assertThat(client.signIn()).startsWith("+OK");
        Awaited.until(() -> asked.get() == 1);
        for (int step = 0; step < 3; step++) {
          loop.submit(() -> {}).get();
        }
        assertThat(client.ask("QUIT")).startsWith("+OK");
      }
      assertThat(said())
          .hasSize(2)
          .anyMatch(line -> line.contains(" end=signed-off name=tea.example.org tls="))
          .contains("Stats: tea 0 0 0 0 tea.example.org 192.0.2.7");
    }
  }
}
