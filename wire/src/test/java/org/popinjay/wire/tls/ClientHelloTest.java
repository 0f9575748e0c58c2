package org.popinjay.wire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
  /// Record header and handshake header.
  private static final int HEADERS = 5 + 4;

  @Test
  void hostAndProtocolsOfARealClientAreRead() throws Exception {
    var hello = ClientHello.read(body("Mail.Example.ORG", "h2", "imap"));
    assertThat(hello.host()).contains("mail.example.org");
    assertThat(hello.protocols()).containsExactly("h2", "imap");
  }

  @Test
  void aClientMaySayNeither() throws Exception {
    assertThat(ClientHello.read(body(""))).isEqualTo(ClientHello.SILENT);
  }

  @Test
  void oneThatIsCutOffAnywhereGivesWhatIsThere() throws Exception {
    var whole = body("mail.example.org", "imap");
    for (int length = 0; length < whole.readableBytes(); length++) {
      var hello = ClientHello.read(whole.slice(whole.readerIndex(), length));
      assertThat(hello.host()).isIn(Optional.empty(), Optional.of("mail.example.org"));
    }
  }

  @Property(tries = 500)
  void noOctetsMakeItThrow(@ForAll byte[] octets) {
    assertThat(ClientHello.read(Unpooled.wrappedBuffer(octets))).isNotNull();
  }

  /// What the JDK's client says first, without its headers.
  static ByteBuf body(String host, String... protocols) throws Exception {
    var all = record(host, protocols);
    return all.skipBytes(HEADERS);
  }

  /// What the JDK's client says first.
  static ByteBuf record(String host, String... protocols) throws Exception {
    var engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    var parameters = engine.getSSLParameters();
    if (!host.isEmpty()) {
      parameters.setServerNames(List.of(new SNIHostName(host)));
    }
    parameters.setApplicationProtocols(protocols);
    engine.setSSLParameters(parameters);
    var out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    return Unpooled.wrappedBuffer(out.flip());
  }
}
