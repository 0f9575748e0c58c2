package org.popinjay.server.metrics;

import static org.popinjay.server.metrics.Figure.count;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/// The meters summed up for somebody who looks once.
final class Figures {
  private static final String OCTETS = "octets";

  private final Board board;
  private final double seconds;
  private final List<Figure> all = new ArrayList<>();

  private Figures(Board board, double seconds) {
    this.board = board;
    this.seconds = seconds;
  }

  /// @param seconds for which was counted
  static List<Figure> of(Board board, double seconds) {
    var figures = new Figures(board, seconds);
    figures.connections();
    figures.signIns();
    figures.commands();
    figures.mail();
    figures.store();
    figures.process();
    return List.copyOf(figures.all);
  }

  private void connections() {
    var group = "connections";
    all.add(count(group, "open", sum(PopinjayMeters.CONNECTIONS)));
    all.add(count(group, "waiting for news (IDLE)", sum(PopinjayMeters.IMAP_IDLING)));
    all.add(count(group, "let in so far", sum(PopinjayMeters.CONNECTIONS_OPENED)));
    all.add(count(group, "limits reached", sum(PopinjayMeters.LIMITS)));
    all.add(octets(group, "received", PopinjayMeters.RECEIVED));
    all.add(octets(group, "sent", PopinjayMeters.SENT));
  }

  private void signIns() {
    var group = "sign-ins";
    all.add(count(group, "granted", sum(PopinjayMeters.SIGN_INS, "granted")));
    all.add(count(group, "denied", sum(PopinjayMeters.SIGN_INS, "denied")));
    all.add(count(group, "mail not opened", sum(PopinjayMeters.SIGN_INS, "not_opened")));
    all.add(count(group, "could not be judged", sum(PopinjayMeters.SIGN_INS, "unavailable")));
  }

  private void commands() {
    commands("pop3 commands", PopinjayMeters.POP3_COMMANDS);
    commands("imap commands", PopinjayMeters.IMAP_COMMANDS);
  }

  private void commands(String group, PopinjayMeters meter) {
    double total = sum(meter);
    all.add(count(group, "carried out", total));
    all.add(new Figure(group, "a second since the start", total / seconds, "1/s"));
    all.add(count(group, "refused", sum(meter, "refused")));
  }

  private void mail() {
    var group = "mail";
    all.add(count(group, "fetched by POP3", sum(PopinjayMeters.POP3_RETRIEVED_MESSAGES)));
    all.add(count(group, "texts fetched by IMAP", sum(PopinjayMeters.IMAP_FETCHED_MESSAGES)));
    all.add(count(group, "appended", sum(PopinjayMeters.IMAP_APPENDED_MESSAGES)));
    double removed =
        sum(PopinjayMeters.POP3_DELETED_MESSAGES) + sum(PopinjayMeters.IMAP_EXPUNGED_MESSAGES);
    all.add(count(group, "removed", removed));
  }

  private void store() {
    var group = "store";
    all.add(count(group, "mailboxes opened", sum(PopinjayMeters.OPENS)));
    all.add(count(group, "of them read as a whole", sum(PopinjayMeters.OPENS, "full")));
    all.add(octets(group, "read to find messages", PopinjayMeters.SCANNED));
    all.add(octets(group, "moved to remove messages", PopinjayMeters.REWRITTEN));
    all.add(new Figure(group, "lock wait on average", board.mean(PopinjayMeters.LOCK_WAIT), "s"));
    all.add(count(group, "locks not had in time", sum(PopinjayMeters.LOCK_TIMEOUTS)));
    double failures =
        sum(PopinjayMeters.POP3_STORE_FAILURES) + sum(PopinjayMeters.IMAP_STORE_FAILURES);
    all.add(count(group, "failures told to clients", failures));
    all.add(count(group, "rewrites set aside", sum(PopinjayMeters.RECOVERIES, "set_aside")));
  }

  private void process() {
    var group = "process";
    all.add(new Figure(group, "running for", seconds, "s"));
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    all.add(new Figure(group, "heap in use", heap.getUsed(), OCTETS));
    all.add(new Figure(group, "heap at most", heap.getMax(), OCTETS));
    all.add(octets(group, "buffers of connections", PopinjayMeters.BUFFERS));
    if (board.any(PopinjayMeters.TLS_EXPIRY)) {
      double left = sum(PopinjayMeters.TLS_EXPIRY);
      all.add(new Figure(group, "certificates last for", Math.floor(left / 86_400), "days"));
    }
    all.add(count(group, "log lines dropped", sum(PopinjayMeters.LOG_DROPPED)));
  }

  private Figure octets(String group, String name, PopinjayMeters meter) {
    return new Figure(group, name, sum(meter), OCTETS);
  }

  private double sum(PopinjayMeters meter, String... labelValue) {
    return board.sum(meter, List.of(labelValue));
  }
}
