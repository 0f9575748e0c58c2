package org.popinjay.pop3;

import io.netty.channel.group.ChannelGroup;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.LegacyConfig;
import org.popinjay.config.ListenerConfig.Responses;
import org.popinjay.mailstore.memory.MemoryStore;
import org.popinjay.pop3.netty.LinePipeline;
import org.popinjay.pop3.netty.Pop3Pipeline;
import org.popinjay.pop3.pop2.netty.Pop2OrPop3Pipeline;
import org.popinjay.pop3.pop2.netty.Pop2Pipeline;
import org.popinjay.wire.AddressLimits;
import org.popinjay.wire.DiskPermits;
import org.popinjay.wire.FrontDoor;
import org.popinjay.wire.transcript.Awaited;
import org.popinjay.wire.transcript.TestListener;
import org.popinjay.wire.transcript.TranscriptServer;

/// A POP3 server on a real socket of this machine, over a store in memory unless another is given.
final class Pop3TestServer implements TranscriptServer {

  /// The user of the transcripts.
  static final String USER = "tea";

  final MemoryStore store = new MemoryStore();
  private final TestMail mail;
  private final TestListener listener = new TestListener();
  final ChannelGroup connections = listener.connections();
  final ExecutorService lanes = listener.lanes();

  private final AddressLimits addresses;

  Pop3TestServer() {
    this(Settings.DEFAULTS);
  }

  Pop3TestServer(Settings settings) {
    this(settings, null);
  }

  /// @param other mail that is not in memory, or null
  Pop3TestServer(Settings settings, @Nullable TestMail other) {
    this(settings, other, Pop3Pipeline::new);
  }

  /// @param other mail that is not in memory, or null
  /// @param spoken makes what is spoken
  Pop3TestServer(
      Settings settings,
      @Nullable TestMail other,
      Function<Pop3Service, ? extends LinePipeline> spoken) {
    mail = other == null ? TestMail.memory(store) : other;
    addresses = new AddressLimits(10_000, settings.limits());
    var service =
        new Pop3Service(
            settings.facilities(lanes, new DiskPermits(4, 2), addresses, InstantSource.system()),
            mail.store(),
            new LoginDelays(System::nanoTime),
            settings.events());
    var pipeline = spoken.apply(service.speaking(settings.responses(), settings.version()));
    listener.listen(channel -> channel.pipeline().addLast(pipeline));
  }

  /// Speaks POP2 alone.
  static Pop3TestServer pop2(
      Settings settings, @Nullable TestMail other, LegacyConfig legacy, Responses profile) {
    return new Pop3TestServer(
        settings, other, service -> new Pop2Pipeline(service, legacy, profile, door(service)));
  }

  /// Speaks POP2 and POP3.
  static Pop3TestServer either(Settings settings) {
    return new Pop3TestServer(
        settings,
        null,
        service ->
            new Pop2OrPop3Pipeline(
                service, LegacyConfig.DEFAULTS, Responses.POPINJAY, door(service)));
  }

  private static FrontDoor door(Pop3Service service) {
    return FrontDoor.plain(service.facilities());
  }

  @Override
  public InetSocketAddress address() {
    return listener.address();
  }

  @Override
  public void fill(String mailbox, byte[] mbox) {
    mail.fill(mbox);
  }

  @Override
  public void prepare(String what) {
    mail.prepare(what);
  }

  @Override
  public byte[] spool(String mailbox) {
    if (!mailbox.equals("INBOX")) {
      return mail.board(mailbox);
    }
    return TranscriptServer.mbox(mail.messages());
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
    mail.store().close();
  }
}
