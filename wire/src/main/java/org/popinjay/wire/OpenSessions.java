package org.popinjay.wire;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.popinjay.wire.trace.TraceLine;
import org.popinjay.wire.trace.TraceListener;
import org.popinjay.wire.trace.TraceScope;

/// Every connection that was let in and is open, for operators: who is there, who is to go, and who
/// is overheard.
///
/// A connection costs some ninety octets here, its counters included. Thread-safe; never blocks.
public final class OpenSessions {
  /// What a session that was sent home may still take for its last words, in seconds.
  private static final int LAST_WORDS_SECONDS = 5;

  private final ConcurrentHashMap<SessionId, Connection> connections = new ConcurrentHashMap<>();
  private volatile List<Trace> traces = List.of();
  private volatile SignInListener signIns = (_, _, _) -> {};

  /// Somebody looks on until it is closed.
  public final class Trace implements AutoCloseable {
    private final TraceScope scope;
    private final TraceListener listener;

    private Trace(TraceScope scope, TraceListener listener) {
      this.scope = scope;
      this.listener = listener;
    }

    private boolean wants(Connection connection) {
      return scope.holds(connection.user(), connection.address());
    }

    /// Nobody looks on any more. More than once is harmless.
    @Override
    public void close() {
      synchronized (OpenSessions.this) {
        traces = traces.stream().filter(other -> other != this).toList();
      }
      forEachWanted(this, OpenSessions.this::lookOn);
    }
  }

  /// All of them, in no order.
  public Stream<SessionView> views() {
    return connections.values().stream().map(Connection::view);
  }

  /// Sends clients home with their protocol's last words, and cuts off those that do not go.
  ///
  /// @return how many
  public int sendHome(Predicate<SessionView> which) {
    int count = 0;
    for (var connection : connections.values()) {
      if (which.test(connection.view())) {
        sendHome(connection);
        count++;
      }
    }
    return count;
  }

  private static void sendHome(Connection connection) {
    onLoop(
        connection,
        () -> {
          connection.channel().pipeline().fireUserEventTriggered(Farewell.KICKED);
          var _ = connection.loop().schedule(() -> cutOff(connection), LAST_WORDS_SECONDS, SECONDS);
        });
  }

  private static void cutOff(Connection connection) {
    var _ = connection.channel().close();
  }

  /// Tells somebody of each sign-in from now on, in the place of whoever was told before.
  public void tellSignIns(SignInListener listener) {
    signIns = listener;
  }

  /// Lets somebody look on: at everything that is said from now on.
  public Trace trace(TraceScope scope, TraceListener listener) {
    var trace = new Trace(scope, listener);
    synchronized (this) {
      traces = Stream.concat(traces.stream(), Stream.of(trace)).toList();
    }
    forEachWanted(
        trace,
        connection -> {
          lookOn(connection);
          listener.said(connection.introduction());
        });
    return trace;
  }

  private void forEachWanted(Trace trace, Consumer<Connection> work) {
    for (var connection : connections.values()) {
      if (trace.wants(connection)) {
        onLoop(connection, () -> work.accept(connection));
      }
    }
  }

  /// A connection was let in. On its event loop, as all that follows.
  void opened(Connection connection) {
    connections.put(connection.id(), connection);
    connection.listedIn(this);
    introduce(connection);
  }

  /// It is closed.
  void closed(Connection connection) {
    connections.remove(connection.id());
    tell(connection, TraceLine.note(connection.id().toString(), "closed"));
    connection.endTap();
  }

  /// Somebody signed in.
  void signedIn(Connection connection) {
    introduce(connection);
  }

  /// Somebody is about to hear that he is signed in. On the lane of the user; may block.
  void admits(Connection connection, String protocol, String user) {
    signIns.signedIn(protocol, user, connection.address());
  }

  private void introduce(Connection connection) {
    if (!traces.isEmpty()) {
      lookOn(connection);
      tell(connection, connection.introduction());
    }
  }

  private void lookOn(Connection connection) {
    if (connections.containsKey(connection.id())
        && traces.stream().anyMatch(trace -> trace.wants(connection))) {
      connection.beginTap(line -> tell(connection, line));
    } else {
      connection.endTap();
    }
  }

  private void tell(Connection connection, TraceLine line) {
    for (var trace : traces) {
      if (trace.wants(connection)) {
        trace.listener.said(line);
      }
    }
  }

  private static void onLoop(Connection connection, Runnable work) {
    try {
      connection.loop().execute(work);
    } catch (RejectedExecutionException _) {
      // The server is gone, and the connection with it.
    }
  }
}
