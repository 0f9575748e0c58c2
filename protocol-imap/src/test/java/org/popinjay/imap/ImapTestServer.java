package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.channel.group.ChannelGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Queue;
import java.util.StringTokenizer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.netty.ImapPipeline;
import org.popinjay.imap.session.UserSessions;
import org.popinjay.imap.strict.ResponseViolation;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.memory.MemoryStore;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.DiskPermits;
import org.popinjay.wire.Facilities;
import org.popinjay.wire.FrontDoor;
import org.popinjay.wire.SessionId;
import org.popinjay.wire.transcript.Awaited;
import org.popinjay.wire.transcript.TestListener;
import org.popinjay.wire.transcript.TranscriptServer;

/// An IMAP server on a real socket of this machine, over a store in memory. Every octet that it
/// writes is read by a [StrictTap]; closing it fails if there was something to complain about.
public final class ImapTestServer implements TranscriptServer {

  /// The user of the transcripts.
  public static final String USER = "tea";

  final MemoryStore store = new MemoryStore();
  private final TestListener listener = new TestListener();
  final ChannelGroup connections = listener.connections();
  final ExecutorService lanes = listener.lanes();

  private final Queue<ResponseViolation> violations = new ConcurrentLinkedQueue<>();
  private final MailStore served;
  private final AddressLimits addresses;

  public ImapTestServer() {
    this(Settings.DEFAULTS);
  }

  ImapTestServer(Settings settings) {
    this(settings, null);
  }

  /// @param other mail that is not in memory, or null; whoever gives it fills it
  ImapTestServer(Settings settings, @Nullable MailStore other) {
    served = other == null ? store : other;
    addresses = new AddressLimits(1000, settings.limits());
    var service =
        new ImapService(
            new Facilities(
                settings.users(),
                settings.config(),
                "dewey",
                lanes,
                new DiskPermits(4, 2),
                addresses,
                new SessionId.Source(RandomGenerator.of("L64X128MixRandom")),
                InstantSource.fixed(Instant.parse("2023-01-01T00:00:00Z")),
                settings.sessions()),
            served,
            System::nanoTime,
            new UserSessions(),
            settings.events());
    var pipeline = new ImapPipeline(service);
    listener.listen(channel ->
        channel
            .pipeline()
            .addLast(pipeline)
            .addBefore(FrontDoor.COMMANDS, null, new StrictTap(violations)));
  }

  @Override
  public InetSocketAddress address() {
    return listener.address();
  }

  /// Delivers, also in the middle of a conversation.
  @Override
  public void fill(String mailbox, byte[] mbox) {
    var message = new StringBuilder();
    new String(mbox, ISO_8859_1)
        .lines()
        .forEach(line -> {
          if (line.startsWith("From ")) {
            deliver(mailbox, message);
          } else {
            message.append(line).append('\n');
          }
        });
    deliver(mailbox, message);
  }

  // Without the blank line that stands before the next separator.
  private void deliver(String mailbox, StringBuilder message) {
    if (!message.isEmpty()) {
      var octets = message.substring(0, message.length() - 1).getBytes(ISO_8859_1);
      store.deliver(USER, new MailboxName(mailbox), octets);
      message.setLength(0);
    }
  }

  /// `fails OPERATION KIND`: the next operation of that kind fails. `nomodseq MAILBOX`: there are
  /// no mod-sequences from here on.
  @Override
  public void prepare(String what) {
    var words = new StringTokenizer(what);
    switch (words.nextToken()) {
      case "fails" -> failNext(words, what);
      case "nomodseq" -> store.dropModSeqs(USER, new MailboxName(words.nextToken()));
      default -> throw new IllegalArgumentException(what);
    }
  }

  private void failNext(StringTokenizer words, String what) {
    var operation = MemoryStore.Operation.valueOf(words.nextToken());
    var detail = "detail 4711";
    store.failNext(
        operation,
        switch (words.nextToken()) {
          case "Busy" -> new StoreFailure.Busy(Duration.ofSeconds(30), detail);
          case "NotAMailbox" -> new StoreFailure.NotAMailbox(detail);
          case "NoSpace" -> new StoreFailure.NoSpace(detail);
          case "OverQuota" -> new StoreFailure.OverQuota(detail);
          case "Broken" -> new StoreFailure.Broken(detail);
          case "TooManyKeywords" -> new StoreFailure.TooManyKeywords(detail);
          case "TooManySubscriptions" -> new StoreFailure.TooManySubscriptions(detail);
          default -> throw new IllegalArgumentException(what);
        });
  }

  @Override
  public byte[] spool(String mailbox) {
    return TranscriptServer.mbox(store.messages(USER, new MailboxName(mailbox)));
  }

  @Override
  public void settle() {
    Awaited.until(() -> addresses.connections() == 0);
    // A connection is no longer counted when its session is about to end.
    listener.settle();
  }

  @Override
  public void close() {
    listener.close();
    served.close();
    var violation = violations.peek();
    if (violation != null) {
      throw new AssertionError(violation);
    }
  }
}
