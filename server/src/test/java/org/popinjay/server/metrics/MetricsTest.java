package org.popinjay.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.popinjay.auth.Origin;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.pop3.Pop3Events;
import org.popinjay.pop3.command.Pop3Verb;
import org.popinjay.wire.SessionEnd;
import org.popinjay.wire.SessionEvents;

class MetricsTest {
  private final Metrics metrics = new Metrics("1.2.3", "abc1234");

  @BeforeEach
  void watch() {
    metrics.watchDiskPermits(() -> 7);
    metrics.watchCertificates(() -> OptionalLong.of(90));
    metrics.watchBuffers(() -> 4096);
    metrics.watchLog(() -> 3);
    metrics.watchNettyBuffers(() -> 8192, () -> 1024);
    metrics.watchReadiness(() -> true);
    metrics.watchDisk("spool", () -> 1000, () -> 250, () -> 100, () -> 99);
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void everyMeterHasACell() {
    assertThat(metrics.board().used()).containsExactlyInAnyOrder(PopinjayMeters.values());
  }

  @ParameterizedTest
  @EnumSource
  void everyMeterIsOnThePageFromTheStart(PopinjayMeters meter) {
    assertThat(page())
        .contains("# HELP " + meter.series() + " " + meter.meaning() + "\n")
        .containsPattern("\n" + meter.series() + "(_count)?(\\{[^\n]*})? [0-9.E]+\n");
  }

  @ParameterizedTest
  @EnumSource
  void namesFollowPrometheus(PopinjayMeters meter) {
    assertThat(meter.series()).matches("popinjay_[a-z0-9]+(_[a-z0-9]+)*");
    assertThat(meter.series().endsWith("_total"))
        .isEqualTo(meter.kind() == PopinjayMeters.Kind.COUNTER);
    assertThat(meter.series().endsWith("_info"))
        .isEqualTo(meter.kind() == PopinjayMeters.Kind.INFO);
    if (meter.kind() == PopinjayMeters.Kind.HISTOGRAM) {
      assertThat(meter.series()).endsWith("_seconds");
    }
    assertThat(meter.series())
        .as("base units")
        .doesNotMatch(".*_(days|hours|minutes|ms|millis|octets|kib|mib|percent)(_.*)?");
    assertThat(meter.labels()).allMatch(label -> label.matches("[a-z_]+"));
    assertThat(meter.meaning()).endsWith(".");
  }

  @Test
  void theStoreIsHeard() {
    var store = metrics.store();
    store.lockWaited(TimeUnit.MILLISECONDS.toNanos(30), true);
    store.lockWaited(TimeUnit.SECONDS.toNanos(31), false);
    store.scanned(4096);
    store.rewritten(512);
    store.indexUsed(StoreEvents.IndexUse.TAIL);
    store.recovered(StoreEvents.RecoveryOutcome.SET_ASIDE);
    store.bareFromLines(2);
    store.forgedFields(4);
    store.diskFull();
    store.noticed(TimeUnit.MILLISECONDS.toNanos(3));
    assertThat(page())
        .contains("\npopinjay_store_lock_wait_seconds_bucket{taken=\"true\",le=\"0.01\"} 0\n")
        .contains("\npopinjay_store_lock_wait_seconds_bucket{taken=\"true\",le=\"0.05\"} 1\n")
        .contains("\npopinjay_store_lock_wait_seconds_bucket{taken=\"true\",le=\"+Inf\"} 1\n")
        .contains("\npopinjay_store_lock_wait_seconds_sum{taken=\"true\"} 0.03\n")
        .contains("\npopinjay_store_lock_wait_seconds_bucket{taken=\"false\",le=\"30.0\"} 0\n")
        .contains("\npopinjay_store_lock_wait_seconds_count{taken=\"false\"} 1\n")
        .contains("\npopinjay_store_lock_timeouts_total 1.0\n")
        .contains("\npopinjay_store_scanned_bytes_total 4096.0\n")
        .contains("\npopinjay_store_rewritten_bytes_total 512.0\n")
        .contains("\npopinjay_store_opens_total{index=\"tail\"} 1.0\n")
        .contains("\npopinjay_store_opens_total{index=\"full\"} 0.0\n")
        .contains("\npopinjay_store_recoveries_total{outcome=\"set_aside\"} 1.0\n")
        .contains("\npopinjay_store_bare_from_lines_total 2.0\n")
        .contains("\npopinjay_store_forged_fields_total 4.0\n")
        .contains("\npopinjay_disk_full_total 1.0\n")
        .contains("\npopinjay_store_notice_seconds_bucket{le=\"0.005\"} 1\n");
  }

  @Test
  void signInIsHeard() {
    var origin = new Origin(InetAddress.getLoopbackAddress(), "pop3", "USER");
    var auth = metrics.auth();
    auth.verifying(origin);
    auth.granted(origin, false);
    auth.granted(origin, true);
    auth.denied(origin, "tea", "bad-password");
    auth.denied(origin, "tea", "a word of the future");
    auth.unavailable(origin, "tea", "backend", "");
    auth.unavailable(origin, "tea", "busy", "");
    var sessions = metrics.sessions();
    sessions.signIn("USER", SessionEvents.SignInResult.GRANTED, 2_000_000);
    sessions.signIn("x\"} evil", SessionEvents.SignInResult.DENIED, 1);
    assertThat(page())
        .contains("\npopinjay_auth_hashes_total 1.0\n")
        .contains("\npopinjay_auth_remembered_total 1.0\n")
        .contains("\npopinjay_auth_denied_total{reason=\"bad-password\"} 1.0\n")
        .contains("\npopinjay_auth_denied_total{reason=\"other\"} 1.0\n")
        .contains("\npopinjay_auth_unavailable_total{reason=\"backend\"} 1.0\n")
        .contains("\npopinjay_limit_total{limit=\"auth_queue\"} 1.0\n")
        .contains("\npopinjay_auth_total{mechanism=\"USER\",result=\"granted\"} 1.0\n")
        .contains("\npopinjay_auth_total{mechanism=\"other\",result=\"denied\"} 1.0\n")
        .contains("\npopinjay_auth_seconds_bucket{mechanism=\"USER\",le=\"0.005\"} 1\n")
        .doesNotContain("evil");
  }

  @Test
  void connectionsAreHeard() {
    var sessions = metrics.sessions();
    sessions.opened();
    sessions.opened();
    sessions.closed();
    sessions.limitReached(SessionEvents.Limit.CONNECTIONS_PER_ADDRESS);
    assertThat(page())
        .contains("\npopinjay_connections 1.0\n")
        .contains("\npopinjay_connections_opened_total 2.0\n")
        .contains("\npopinjay_limit_total{limit=\"connections_per_address\"} 1.0\n")
        .contains("\npopinjay_limit_total{limit=\"line\"} 0.0\n");
  }

  @Test
  void pop3IsHeard() {
    var pop3 = metrics.pop3();
    pop3.commands(Pop3Verb.NOOP, 30, 2, 1_000);
    pop3.notOpened(new StoreFailure.Claimed("tea"));
    pop3.storeFailed(new StoreFailure.NoSpace("/var/mail/tea"));
    pop3.tookOver();
    pop3.tooSoon();
    pop3.ended(
        new Pop3Events.Summary(
            Duration.ofSeconds(2), 3, 4096, 2, 512, OptionalLong.of(7), SessionEnd.SIGNED_OFF));
    assertThat(page())
        .contains("\npopinjay_pop3_commands_total{command=\"noop\",outcome=\"done\"} 30.0\n")
        .contains("\npopinjay_pop3_commands_total{command=\"noop\",outcome=\"refused\"} 2.0\n")
        .contains("\npopinjay_pop3_command_seconds_count{command=\"noop\"} 32\n")
        .contains("\npopinjay_pop3_maildrops_not_opened_total{reason=\"claimed\"} 1.0\n")
        .contains("\npopinjay_pop3_store_failures_total{reason=\"no_space\"} 1.0\n")
        .contains("\npopinjay_pop3_takeovers_total 1.0\n")
        .contains("\npopinjay_pop3_too_soon_total 1.0\n")
        .contains("\npopinjay_pop3_messages_left_sum 7.0\n")
        .contains("\npopinjay_pop3_sessions_total{end=\"signed_off\"} 1.0\n")
        .contains("\npopinjay_pop3_session_seconds_sum 2.0\n")
        .contains("\npopinjay_pop3_messages_retrieved_total 3.0\n")
        .contains("\npopinjay_pop3_retrieved_bytes_total 4096.0\n")
        .contains("\npopinjay_pop3_messages_deleted_total 2.0\n")
        .contains("\npopinjay_pop3_deleted_bytes_total 512.0\n")
        .doesNotContain("tea");
  }

  @Test
  void imapIsHeard() {
    var imap = metrics.imap();
    imap.idling(1);
    imap.announced(TimeUnit.MILLISECONDS.toNanos(7));
    imap.storeFailed(new StoreFailure.NoSpace("/home/tea/mail/Sent"));
    imap.storeFailed(new StoreFailure.OverQuota("/home/tea/mail/Sent"));
    imap.storeFailed(new StoreFailure.Gone("/home/tea/mail/Sent"));
    assertThat(page())
        .contains("\npopinjay_imap_idling 1.0\n")
        .contains("\npopinjay_imap_idle_announcement_seconds_bucket{le=\"0.01\"} 1\n")
        .contains("\npopinjay_imap_store_failures_total{reason=\"over_quota\"} 1.0\n")
        .contains("\npopinjay_disk_full_total 2.0\n")
        .doesNotContain("tea");
  }

  @Test
  void octetsAreCountedNextToTheSocket() {
    var channel = new EmbeddedChannel(metrics.octets());
    channel.writeInbound(Unpooled.copiedBuffer("NOOP\r\n", StandardCharsets.US_ASCII));
    channel.writeOutbound(Unpooled.copiedBuffer("+OK\r\n", StandardCharsets.US_ASCII));
    channel.finishAndReleaseAll();
    assertThat(page())
        .contains("\npopinjay_received_bytes_total 6.0\n")
        .contains("\npopinjay_sent_bytes_total 5.0\n");
  }

  @Test
  void theBuildAndTheNumbersOfOthersAreShown() {
    assertThat(page())
        .contains("\npopinjay_build_info{commit=\"abc1234\",jdk=\"")
        .contains("\npopinjay_store_disk_permits_available 7.0\n")
        .contains("\npopinjay_log_dropped_lines_total 3.0\n")
        .contains("\npopinjay_ready 1.0\n")
        .contains("\npopinjay_netty_buffer_bytes{memory=\"direct\"} 8192.0\n")
        .contains("\npopinjay_netty_buffer_bytes{memory=\"heap\"} 1024.0\n")
        .contains("\npopinjay_disk_size_bytes{place=\"spool\"} 1000.0\n")
        .contains("\npopinjay_disk_free_bytes{place=\"spool\"} 250.0\n")
        .contains("\npopinjay_disk_inodes{place=\"spool\"} 100.0\n")
        .contains("\npopinjay_disk_free_inodes{place=\"spool\"} 99.0\n")
        .contains("\njvm_memory_used_bytes{")
        .contains("\nprocess_files_open_files ");
  }

  @Test
  void aRunOfCommandsIsSpreadEvenly() {
    var timings = new Timings();
    timings.record(4, TimeUnit.MILLISECONDS.toNanos(8));
    assertThat(timings.counts()[3]).as("2 ms each, up to 5 ms").isEqualTo(4);
    assertThat(timings.sumSeconds()).isEqualTo(0.008);
  }

  @Test
  void theSameCellIsGivenOutOnce() {
    var board = new Board();
    board.counter(PopinjayMeters.RECEIVED);
    assertThatThrownBy(() -> board.counter(PopinjayMeters.RECEIVED))
        .isInstanceOf(IllegalStateException.class);
    assertThat(board.used()).isEqualTo(List.of(PopinjayMeters.RECEIVED));
  }

  private String page() {
    return new String(metrics.page(), StandardCharsets.UTF_8);
  }
}
