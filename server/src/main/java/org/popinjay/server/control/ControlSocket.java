package org.popinjay.server.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.FileCalls;
import org.popinjay.server.control.ControlAnswer.Refused.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes requests of operators and sends the answers back.
///
/// Only root and the server's own user are heard. A client has one request, of limited length, and
/// a time to say it; so many clients are heard at once. Each has a virtual thread, which may block
/// for as long as it likes: nobody waits for it but its client.
public final class ControlSocket implements AutoCloseable {
  /// Longest request in octets.
  static final int REQUEST_OCTETS_MAX = 16 * 1024;

  /// Clients at once; traces are among them.
  static final int CLIENTS_MAX = 32;

  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
  private static final Duration REQUEST_WITHIN = Duration.ofSeconds(10);
  private static final Duration BREATHER = Duration.ofMillis(100);

  private final SocketFile file;
  private final Peers peers;
  private final ControlDesk desk;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("control-", 0).factory());
  private final Semaphore places = new Semaphore(CLIENTS_MAX);
  private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();

  private ControlSocket(SocketFile file, Peers peers, ControlDesk desk) {
    this.file = file;
    this.peers = peers;
    this.desk = desk;
  }

  /// Begins to listen.
  ///
  /// @throws ControlException when that cannot be done; the message says what to do
  public static ControlSocket open(
      Path path, FileCalls files, RandomGenerator random, ControlDesk desk)
      throws ControlException {
    var file = SocketFile.make(files, path, SocketFile.FOR_OWNER, random);
    try {
      var socket = new ControlSocket(file, new Peers(Accounts.own().uid()), desk);
      socket.threads.execute(socket::accept);
      return socket;
    } catch (IOException e) {
      throw new ControlException(
          ControlException.Reason.UNUSABLE, path + ": users are not known: " + e.getMessage());
    }
  }

  private void accept() {
    while (file.isOpen()) {
      try {
        receive(file.accept());
      } catch (ClosedChannelException | RejectedExecutionException _) {
        return;
      } catch (IOException e) {
        LOG.warn("control socket: {}", e.getMessage());
        rest(BREATHER);
      }
    }
  }

  /// Places are given in the order in which clients come.
  private void receive(SocketChannel client) {
    boolean hasPlace = places.tryAcquire();
    clients.add(client);
    threads.execute(() -> serve(client, hasPlace));
  }

  private void serve(SocketChannel client, boolean hasPlace) {
    try (client) {
      var answers = new Lines(client);
      if (!peers.allow(client)) {
        answers.send(
            new ControlAnswer.Refused(
                Reason.NO_PERMISSION, "only root and the user of the server may ask"));
      } else if (!hasPlace) {
        answers.send(
            new ControlAnswer.Refused(
                Reason.UNAVAILABLE, CLIENTS_MAX + " others are asking; try again later"));
      } else {
        var line = requestLine(client);
        if (line.isPresent()) {
          answer(line.get(), answers);
        }
      }
    } catch (IOException e) {
      LOG.debug("control socket: a client went away: {}", e.getMessage());
    } finally {
      clients.remove(client);
      if (hasPlace) {
        places.release();
      }
    }
  }

  private void answer(String line, Answers answers) throws IOException {
    ControlRequest request;
    try {
      request = ControlCodec.request(line);
    } catch (ControlCodec.Unreadable e) {
      answers.send(new ControlAnswer.Refused(Reason.USAGE, String.valueOf(e.getMessage())));
      return;
    }
    try {
      desk.answer(request, answers);
    } catch (RuntimeException fault) {
      LOG.error("control socket: fault in {}", request, fault);
      answers.send(new ControlAnswer.Refused(Reason.FAULT, "a fault of the server; see its log"));
    }
  }

  /// Reads the one line of a client, without its end; empty when there is none in time.
  private Optional<String> requestLine(SocketChannel client) throws IOException {
    var impatience = Thread.ofVirtual().unstarted(() -> closeAfter(REQUEST_WITHIN, client));
    impatience.start();
    try {
      var line = ByteBuffer.allocate(REQUEST_OCTETS_MAX);
      while (line.hasRemaining() && client.read(line) >= 0) {
        int last = line.position() - 1;
        if (last >= 0 && line.get(last) == '\n') {
          return Optional.of(UTF_8.decode(line.flip().limit(last)).toString());
        }
      }
      if (!line.hasRemaining()) {
        new Lines(client)
            .send(
                new ControlAnswer.Refused(
                    Reason.USAGE,
                    "longer than " + REQUEST_OCTETS_MAX + " octets without a line end"));
      }
      return Optional.empty();
    } finally {
      impatience.interrupt();
    }
  }

  private static void closeAfter(Duration time, SocketChannel client) {
    if (rest(time)) {
      quietlyClose(client);
    }
  }

  /// Whether nobody interrupted.
  private static boolean rest(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException _) {
      return false;
    }
  }

  private static void quietlyClose(SocketChannel client) {
    try {
      client.close();
    } catch (IOException e) {
      LOG.debug("control socket: {}", e.getMessage());
    }
  }

  /// Ends all requests, and hears nobody any more.
  @Override
  public void close() throws IOException {
    try {
      file.close();
    } finally {
      clients.forEach(ControlSocket::quietlyClose);
      threads.shutdownNow();
    }
  }

  /// Answers as lines on their way to a client.
  private final class Lines implements Answers {
    private final SocketChannel client;

    Lines(SocketChannel client) {
      this.client = client;
    }

    @Override
    public void send(ControlAnswer answer) throws IOException {
      var octets = UTF_8.encode(ControlCodec.write(answer) + '\n');
      while (octets.hasRemaining()) {
        client.write(octets);
      }
    }

    @Override
    public void whenGone(Runnable work) {
      threads.execute(() -> {
        awaitEnd();
        work.run();
      });
    }

    private void awaitEnd() {
      var thrownAway = ByteBuffer.allocate(256);
      try {
        while (client.read(thrownAway.clear()) >= 0) {}
      } catch (IOException _) {
        // Then it is gone, too.
      }
    }
  }
}
