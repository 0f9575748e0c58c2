package org.popinjay.server.control;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.Escape;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxStatus;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.server.control.ControlAnswer.Done;
import org.popinjay.server.control.ControlAnswer.End;
import org.popinjay.server.control.ControlAnswer.Item;
import org.popinjay.server.control.ControlAnswer.Refused;
import org.popinjay.server.control.ControlAnswer.Refused.Reason;
import org.popinjay.wire.OpenSessions;
import org.popinjay.wire.SessionView;
import org.popinjay.wire.trace.TraceScope;

/// Carries out what operators ask for: the one switch over all requests. From any thread; may block
/// on the disk and on the client that asks.
public final class ControlDesk {
  /// Lines of a trace that may wait for whoever reads them.
  static final int TRACE_LINES_MAX = 1000;

  private final OpenSessions sessions;
  private final Supplier<Standing> standing;
  private final Supplier<List<ControlAnswer>> figures;
  private final Supplier<List<ControlAnswer>> reload;

  /// @param standing what holds for who comes now
  /// @param figures what a server counts: a [ControlAnswer.Figure] each
  /// @param reload takes the settings anew; a [ControlAnswer.Changed] each, or a [Refused]
  public ControlDesk(
      OpenSessions sessions,
      Supplier<Standing> standing,
      Supplier<List<ControlAnswer>> figures,
      Supplier<List<ControlAnswer>> reload) {
    this.sessions = sessions;
    this.standing = standing;
    this.figures = figures;
    this.reload = reload;
  }

  /// Carries out a request, to its last answer.
  ///
  /// @throws IOException when whoever asks is gone
  void answer(ControlRequest request, Answers to) throws IOException {
    to.send(
        switch (request) {
          case ControlRequest.Who who -> who(who, to);
          case ControlRequest.Kick kick -> kick(kick, to);
          case ControlRequest.Trace(var user) -> trace(user, to);
          case ControlRequest.Explain(var user) -> explain(user, to);
          case ControlRequest.Reopen reopen -> reopen(reopen, to);
          case ControlRequest.Stats _ -> all(figures.get(), to);
          case ControlRequest.Reload _ -> all(reload.get(), to);
        });
  }

  private End who(ControlRequest.Who who, Answers to) throws IOException {
    var wanted =
        sessions
            .views()
            .filter(view -> who.user() == null || view.user().equals(Optional.of(who.user())))
            .filter(view -> who.protocol() == null || view.protocol().equals(who.protocol()))
            .sorted(
                Comparator.comparing((SessionView view) -> view.user().orElse(""))
                    .thenComparing(SessionView::age, Comparator.reverseOrder()))
            .toList();
    var now = Instant.now();
    for (var view : wanted) {
      to.send(session(view, now));
    }
    return new Done();
  }

  private static ControlAnswer session(SessionView view, Instant now) {
    return new ControlAnswer.Session(
        view.id().toString(),
        view.protocol(),
        view.user().orElse(null),
        view.address().getHostAddress(),
        view.port(),
        view.tls().orElse(null),
        view.state().word(),
        view.mailbox().map(Escape::text).orElse(null),
        Instant.ofEpochSecond(now.minus(view.age()).getEpochSecond()).toString(),
        view.silence().toSeconds(),
        view.receivedOctets(),
        view.sentOctets());
  }

  private End kick(ControlRequest.Kick kick, Answers to) throws IOException {
    if (kick.session() == null && kick.user() == null && kick.address() == null) {
      return new Refused(Reason.USAGE, "nobody is named: a session, a user or an address");
    }
    InetAddress address = null;
    if (kick.address() != null) {
      try {
        address = InetAddress.ofLiteral(kick.address());
      } catch (IllegalArgumentException _) {
        return new Refused(Reason.USAGE, Escape.text(kick.address()) + " is no address");
      }
    }
    int count = sessions.sendHome(fitting(kick, address));
    if (count == 0) {
      return new Refused(Reason.NOBODY, "there is no such session");
    }
    to.send(new ControlAnswer.Kicked(count));
    return new Done();
  }

  private static Predicate<SessionView> fitting(
      ControlRequest.Kick kick, @Nullable InetAddress address) {
    return view ->
        (kick.session() == null || view.id().toString().equals(kick.session()))
            && (kick.user() == null || view.user().equals(Optional.of(kick.user())))
            && (address == null || view.address().equals(address));
  }

  private End trace(String user, Answers to) throws IOException {
    var lines = new TraceQueue(TRACE_LINES_MAX);
    to.whenGone(lines::end);
    try (var _ = sessions.trace(TraceScope.of(user), lines)) {
      for (var next = lines.next(); next.isPresent(); next = lines.next()) {
        to.send(
            switch (next.get()) {
              case TraceQueue.Next.Said(var line) ->
                  new ControlAnswer.Traced(
                      line.at().toString(), line.session(), line.speaker().mark(), line.text());
              case TraceQueue.Next.Missing(long count) -> new ControlAnswer.Lost(count);
            });
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return new Done();
  }

  private End explain(String user, Answers to) throws IOException {
    for (var item : new Explanation(standing.get(), sessions.views().toList(), user).items()) {
      to.send(item);
    }
    return new Done();
  }

  private End reopen(ControlRequest.Reopen asked, Answers to) throws IOException {
    var now = standing.get();
    Optional<AccountOwner> owner;
    try {
      owner = now.owner(asked.user());
    } catch (IOException e) {
      return new Refused(Reason.UNAVAILABLE, "users: " + e.getMessage());
    }
    if (owner.isEmpty()) {
      return new Refused(
          Reason.NOBODY, "no source of users lets " + Escape.text(asked.user()) + " in");
    }
    return switch (now.store()
        .reopen(owner.get(), new MailboxName(asked.mailbox()), asked.anew())) {
      case StoreResult.Failed<MailboxStatus>(var failure) ->
          new Refused(Reason.UNAVAILABLE, failure.detail());
      case StoreResult.Done<MailboxStatus>(var status) -> {
        to.send(
            new ControlAnswer.Reopened(
                status.messages(), status.uidValidity().value(), status.uidNext()));
        yield new Done();
      }
    };
  }

  /// Sends answers, up to the first that is the last.
  private static End all(List<ControlAnswer> answers, Answers to) throws IOException {
    for (var answer : answers) {
      switch (answer) {
        case End end -> {
          return end;
        }
        case Item item -> to.send(item);
      }
    }
    return new Done();
  }
}
