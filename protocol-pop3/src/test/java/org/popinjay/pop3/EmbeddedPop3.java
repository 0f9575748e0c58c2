package org.popinjay.pop3;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.popinjay.mailstore.MailStore;
import org.popinjay.pop3.netty.Pop3Pipeline;

/// A connection without a network, in a time that the test passes.
final class EmbeddedPop3 {
  private EmbeddedPop3() {}

  /// Connects.
  ///
  /// @param lanes does what the event loop may not
  static EmbeddedChannel connect(
      Settings settings, MailStore store, Executor lanes, LoginDelays delays, InstantSource clock) {
    return connect(new EmbeddedChannel(), settings, store, lanes, delays, clock);
  }

  /// The same over a channel of the test's own.
  static <C extends EmbeddedChannel> C connect(
      C embedded,
      Settings settings,
      MailStore store,
      Executor lanes,
      LoginDelays delays,
      InstantSource clock) {
    embedded.freezeTime();
    var service =
        new Pop3Service(settings.facilities(lanes, clock), store, delays, settings.events());
    embedded
        .pipeline()
        .addLast(new Pop3Pipeline(service.speaking(settings.responses(), settings.version())));
    embedded.pipeline().fireChannelActive();
    return embedded;
  }
}
