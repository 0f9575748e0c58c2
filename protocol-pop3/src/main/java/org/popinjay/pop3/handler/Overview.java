package org.popinjay.pop3.handler;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.message.HeaderReader;

/// What XOVER tells of a message besides its size.
///
/// @param lines of header and body together
record Overview(String subject, String from, String date, String messageId, int lines) {

  /// Of a message that cannot be read.
  static final Overview NONE = new Overview("", "", "", "", 0);

  /// Octets of a header that are looked at.
  private static final int HEADER_OCTETS_MAX = 64 * 1024;

  /// Reads a message to its end, and closes it.
  static StoreResult<Overview> of(MessageContent content) {
    var header = Unpooled.buffer(1024, HEADER_OCTETS_MAX);
    int lines = 0;
    try (var octets = new MessageOctets(content)) {
      for (int octet = octets.next(); octet != MessageOctets.END; octet = octets.next()) {
        if (header.writerIndex() < HEADER_OCTETS_MAX) {
          header.writeByte(octet);
        }
        if (octet == '\n') {
          lines++;
        }
      }
      var failure = octets.failure();
      return failure == null ? StoreResult.done(of(header, lines)) : StoreResult.failed(failure);
    }
  }

  private static Overview of(ByteBuf header, int lines) {
    var subject = "";
    var from = "";
    var date = "";
    var messageId = "";
    var fields = new HeaderReader(header.array(), 0, header.writerIndex());
    while (fields.next()) {
      if (fields.isNamed("Subject")) {
        subject = fields.value();
      } else if (fields.isNamed("From")) {
        from = fields.value();
      } else if (fields.isNamed("Date")) {
        date = fields.value();
      } else if (fields.isNamed("Message-ID")) {
        messageId = fields.value();
      }
    }
    return new Overview(subject, from, date, messageId, lines);
  }
}
