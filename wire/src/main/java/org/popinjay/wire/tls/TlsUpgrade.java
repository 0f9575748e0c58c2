package org.popinjay.wire.tls;

import io.netty.channel.ChannelPipeline;
import java.util.function.Consumer;

/// TLS for the connections of one protocol: from the first octet, or from the answer to STARTTLS or
/// STLS on.
public final class TlsUpgrade {
  /// Name of the handler behind which everything is as if there were no TLS.
  public static final String LAST = "tls-entry";

  private final TlsContexts contexts;
  private final String protocol;
  private final TlsEvents events;

  /// @param protocol what is spoken inside, by its ALPN name: `imap`, `pop3`
  public TlsUpgrade(TlsContexts contexts, String protocol, TlsEvents events) {
    this.contexts = contexts;
    this.protocol = protocol;
    this.events = events;
  }

  /// Has everything behind a handler of the pipeline be under TLS from the next octet on.
  ///
  /// @param behind name of the handler that TLS comes next to
  /// @param greets whether the server speaks first inside
  /// @param secured hears what was agreed upon, before anything passes
  public void insert(
      ChannelPipeline pipeline, String behind, boolean greets, Consumer<TlsSession> secured) {
    var entry = new TlsEntry(events, greets, secured);
    var start =
        new TlsStart(
            contexts, protocol, contexts.settings().handshakeTimeout().toMillis(), entry::shows);
    pipeline.addAfter(behind, LAST, entry);
    pipeline.addAfter(behind, "tls-start", start);
  }
}
