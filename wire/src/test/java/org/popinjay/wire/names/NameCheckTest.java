package org.popinjay.wire.names;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.config.DnsConfig.Reverse;
import org.popinjay.wire.transcript.LogWitness;

/// Names of clients, in a DNS and a time of the test.
class NameCheckTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");
  private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.8");
  private static final String NO_NAME = "Unable to get canonical name of client 192.0.2.7";

  private final LogWitness log = new LogWitness("popinjay.dns", Level.INFO);
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Dns dns = new Dns();
  private final List<NameFault> faults = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private long now = Long.MAX_VALUE - 5;
  private int opened;
  private final NameCheck check =
      new NameCheck(channel.eventLoop(), this::open, () -> now, faults::add);

  /// Answers what the test says, or nothing.
  private static final class Dns implements HostNames {
    final Map<InetAddress, String> names = new HashMap<>();
    final Map<String, List<InetAddress>> addresses = new HashMap<>();
    final List<CompletableFuture<String>> unanswered = new ArrayList<>();
    boolean silent;
    boolean forwardSilent;
    int asked;

    @Override
    public CompletionStage<String> nameOf(InetAddress address) {
      asked++;
      if (silent) {
        var never = new CompletableFuture<String>();
        unanswered.add(never);
        return never;
      }
      return answer(names.get(address));
    }

    @Override
    public CompletionStage<List<InetAddress>> addressesOf(String name) {
      return forwardSilent ? new CompletableFuture<>() : answer(addresses.get(name));
    }

    private static <T> CompletionStage<T> answer(@Nullable T found) {
      return found == null
          ? CompletableFuture.failedFuture(new IllegalStateException("NXDOMAIN"))
          : CompletableFuture.completedFuture(found);
    }

    @Override
    public void close() {}
  }

  private HostNames open() {
    opened++;
    return dns;
  }

  @BeforeEach
  void freeze() {
    channel.freezeTime();
  }

  @AfterEach
  void stop() {
    log.close();
    channel.finishAndReleaseAll();
  }

  private void greet(InetAddress client) {
    check.begin(client, told::add);
    channel.runPendingTasks();
  }

  private void pass(Duration time) {
    now += time.toNanos();
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  @Test
  void aNameThatLeadsBackIsToldAndNothingIsSaid() {
    check.change(Reverse.WARN);
    dns.names.put(CLIENT, "tea.example.org");
    dns.addresses.put("tea.example.org", List.of(OTHER, CLIENT));
    greet(CLIENT);
    assertThat(told).containsExactly("tea.example.org");
    assertThat(log.lines()).isEmpty();
    assertThat(faults).isEmpty();
  }

  @Test
  void anAddressWithoutANameIsWarnedOf() {
    check.change(Reverse.WARN);
    greet(CLIENT);
    assertThat(log.lines(Level.WARN)).containsExactly(NO_NAME);
    assertThat(faults).containsExactly(NameFault.NO_NAME);
    assertThat(told).isEmpty();
  }

  @Test
  void aNameThatDoesNotLeadBackIsWarnedOf() {
    check.change(Reverse.WARN);
    dns.names.put(CLIENT, "tea.example.org");
    dns.addresses.put("tea.example.org", List.of(OTHER));
    dns.names.put(OTHER, "gone.example.org");
    greet(CLIENT);
    greet(OTHER);
    assertThat(log.lines(Level.WARN))
        .containsExactly(
            "Client at \"192.0.2.7\" resolves to an unknown host name \"tea.example.org\"",
            "Client at \"192.0.2.8\" resolves to an unknown host name \"gone.example.org\"");
    assertThat(faults).containsExactly(NameFault.MISMATCH, NameFault.MISMATCH);
    assertThat(told).isEmpty();
  }

  @Test
  void withLogTheSameIsNoWarning() {
    check.change(Reverse.LOG);
    greet(CLIENT);
    assertThat(log.lines(Level.INFO)).containsExactly(NO_NAME);
    assertThat(log.lines(Level.WARN)).isEmpty();
  }

  @Test
  void aHostileNameIsEscapedAndNeverBelieved() {
    check.change(Reverse.WARN);
    var name = "a\r\nb\u001b[2J\"; user=root" + "x".repeat(300);
    dns.names.put(CLIENT, name);
    dns.addresses.put(name, List.of(CLIENT));
    greet(CLIENT);
    assertThat(told).isEmpty();
    var line = log.lines(Level.WARN).getFirst();
    assertThat(line)
        .startsWith(
            "Client at \"192.0.2.7\" resolves to an unknown host name"
                + " \"a\\r\\nb\\x1b[2J\\\"; user=rootxxx")
        .endsWith("x...\"")
        .doesNotContain("\r", "\n", "\u001b");
    assertThat(line.substring(line.indexOf("name \"") + 6, line.length() - 1))
        .hasSizeLessThanOrEqualTo(255);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b.example", "user=root", "192.0.2.7", "tée.example", "a:b", "..."})
  void whatIsNoNameOfAHostIsNeverBelieved(String name) {
    check.change(Reverse.WARN);
    dns.names.put(CLIENT, name);
    dns.addresses.put(name, List.of(CLIENT));
    greet(CLIENT);
    assertThat(told).isEmpty();
    assertThat(faults).containsExactly(NameFault.MISMATCH);
  }

  @Test
  void anAnswerIsWaitedForTwoSecondsAndNotHeardLater() {
    check.change(Reverse.WARN);
    dns.silent = true;
    greet(CLIENT);
    pass(Duration.ofMillis(1999));
    assertThat(log.lines()).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(log.lines(Level.WARN)).containsExactly(NO_NAME);
    assertThat(faults).containsExactly(NameFault.TIMEOUT);
    dns.addresses.put("late.example", List.of(CLIENT));
    dns.unanswered.getFirst().complete("late.example");
    channel.runPendingTasks();
    assertThat(told).isEmpty();
    assertThat(faults).hasSize(1);
  }

  @Test
  void bothQuestionsTogetherHaveTwoSeconds() {
    check.change(Reverse.WARN);
    dns.names.put(CLIENT, "tea.example.org");
    dns.forwardSilent = true;
    greet(CLIENT);
    pass(Duration.ofSeconds(2));
    assertThat(log.lines(Level.WARN))
        .containsExactly(
            "Client at \"192.0.2.7\" resolves to an unknown host name \"tea.example.org\"");
    assertThat(faults).containsExactly(NameFault.TIMEOUT);
  }

  @Test
  void aHundredConnectionsAreOneQuestion() {
    check.change(Reverse.WARN);
    dns.names.put(CLIENT, "tea.example.org");
    dns.addresses.put("tea.example.org", List.of(CLIENT));
    for (int i = 0; i < 50; i++) {
      check.begin(CLIENT, told::add);
    }
    channel.runPendingTasks();
    for (int i = 0; i < 50; i++) {
      greet(CLIENT);
    }
    assertThat(dns.asked).isEqualTo(1);
    assertThat(told).hasSize(100).containsOnly("tea.example.org");
  }

  @Test
  void aNameIsRememberedForTenMinutesAndThatThereIsNoneForOne() {
    check.change(Reverse.WARN);
    dns.names.put(CLIENT, "tea.example.org");
    dns.addresses.put("tea.example.org", List.of(CLIENT));
    greet(CLIENT);
    greet(OTHER);
    pass(Duration.ofMinutes(1));
    greet(OTHER);
    assertThat(dns.asked).isEqualTo(2);
    pass(Duration.ofNanos(1));
    greet(OTHER);
    assertThat(dns.asked).isEqualTo(3);
    pass(Duration.ofMinutes(9).minusNanos(1));
    greet(CLIENT);
    assertThat(dns.asked).isEqualTo(3);
    pass(Duration.ofNanos(1));
    greet(CLIENT);
    assertThat(dns.asked).isEqualTo(4);
  }

  @Test
  void onlySoManyAreLookedUpAtOnce() {
    check.change(Reverse.WARN);
    dns.silent = true;
    for (int i = 0; i < 2 * NameCheck.AT_ONCE; i++) {
      greet(address(i));
    }
    assertThat(dns.asked).isEqualTo(NameCheck.AT_ONCE);
    pass(NameCheck.PATIENCE);
    greet(address(NameCheck.AT_ONCE));
    assertThat(dns.asked).isEqualTo(NameCheck.AT_ONCE + 1);
  }

  @Test
  void onlySoManyAreRemembered() {
    check.change(Reverse.LOG);
    for (int i = 0; i <= NameCheck.REMEMBERED; i++) {
      greet(address(i));
    }
    assertThat(dns.asked).isEqualTo(NameCheck.REMEMBERED + 1);
    greet(address(1));
    assertThat(dns.asked).isEqualTo(NameCheck.REMEMBERED + 1);
    greet(address(0));
    assertThat(dns.asked).isEqualTo(NameCheck.REMEMBERED + 2);
  }

  @Test
  void whoHasManyAddressesDoesNotFillTheLog() {
    check.change(Reverse.WARN);
    for (int i = 0; i < 500; i++) {
      greet(address(i));
    }
    assertThat(log.lines(Level.WARN)).hasSize(FaultLines.LINES_MAX);
    assertThat(faults).hasSize(500);
    pass(FaultLines.SPAN);
    assertThat(log.lines(Level.WARN))
        .hasSize(FaultLines.LINES_MAX + 1)
        .last()
        .isEqualTo("470 more clients without a name that leads back");
    greet(CLIENT);
    pass(FaultLines.SPAN);
    assertThat(log.lines(Level.WARN)).hasSize(FaultLines.LINES_MAX + 2).last().isEqualTo(NO_NAME);
  }

  @Test
  void thisMachineIsNotAskedAbout() {
    check.change(Reverse.WARN);
    greet(InetAddress.ofLiteral("127.0.0.1"));
    greet(InetAddress.ofLiteral("::1"));
    assertThat(dns.asked).isZero();
  }

  @Test
  void nothingIsOpenedOrAskedUntilItIsSwitchedOn() {
    check.change(Reverse.OFF);
    greet(CLIENT);
    assertThat(opened).isZero();
    check.change(Reverse.WARN);
    check.change(Reverse.LOG);
    greet(CLIENT);
    assertThat(opened).isEqualTo(1);
    check.change(Reverse.OFF);
    greet(OTHER);
    assertThat(dns.asked).isEqualTo(1);
  }

  private static InetAddress address(int number) {
    return InetAddress.ofLiteral("198.18." + number / 256 + "." + number % 256);
  }
}
