package org.popinjay.pop3.netty;

import org.popinjay.config.LimitsConfig;
import org.popinjay.wire.LineReader;
import org.popinjay.wire.SaslLineReader;

/// Who reads the lines of a POP3 connection; shared by all.
///
/// @param commands reads commands
/// @param responses reads what is said in a SASL exchange
public record Pop3Readers(LineReader commands, LineReader responses) {

  /// Those of the settings.
  public static Pop3Readers of(LimitsConfig limits) {
    int saslLine = (int) limits.saslLineOctets().octets();
    return new Pop3Readers(new Pop3CommandDecoder(saslLine), new SaslLineReader(saslLine));
  }
}
