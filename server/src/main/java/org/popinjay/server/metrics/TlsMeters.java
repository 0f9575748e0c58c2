package org.popinjay.server.metrics;

import static org.popinjay.server.metrics.PopinjayMeters.TLS_HANDSHAKES;
import static org.popinjay.server.metrics.PopinjayMeters.TLS_RELOADS;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.popinjay.wire.tls.TlsEvents;

/// Counts what TLS reports.
final class TlsMeters implements TlsEvents {
  private final LongAdder tls12;
  private final LongAdder tls13;
  private final Map<Outcome, LongAdder> failures = new EnumMap<>(Outcome.class);
  private final LongAdder taken;
  private final LongAdder refused;

  TlsMeters(Board board) {
    tls12 = board.counter(TLS_HANDSHAKES, "tls1.2");
    tls13 = board.counter(TLS_HANDSHAKES, "tls1.3");
    for (var outcome : Outcome.values()) {
      if (outcome != Outcome.DONE) {
        failures.put(outcome, board.counter(TLS_HANDSHAKES, Board.word(outcome)));
      }
    }
    taken = board.counter(TLS_RELOADS, "taken");
    refused = board.counter(TLS_RELOADS, "refused");
  }

  @Override
  public void handshake(String version, Outcome outcome) {
    if (outcome == Outcome.DONE) {
      (version.equals("TLSv1.3") ? tls13 : tls12).increment();
    } else {
      Board.cell(failures, outcome).increment();
    }
  }

  @Override
  public void reloaded(boolean withSuccess) {
    (withSuccess ? taken : refused).increment();
  }
}
