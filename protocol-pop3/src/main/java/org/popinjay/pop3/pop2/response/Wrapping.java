package org.popinjay.pop3.pop2.response;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.popinjay.config.LegacyConfig;
import org.popinjay.config.LegacyConfig.StatusHeader;
import org.popinjay.config.ListenerConfig.Responses;

/// What UW's ipop2d put around the text of a message, as far as it is wanted: a `Status` field, and
/// a line end behind the text that some client counted on.
///
/// @param status whether a `Status` field stands in front
/// @param crlf whether CRLF stands behind
public record Wrapping(boolean status, boolean crlf) {
  /// Nothing.
  public static final Wrapping NONE = new Wrapping(false, false);

  private static final byte[] READ = "Status: RO\r\n".getBytes(US_ASCII);
  private static final byte[] OLD = "Status: O\r\n".getBytes(US_ASCII);
  private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);
  private static final byte[] NOTHING = {};

  /// What is set; where nothing is, whatever the listener's profile had.
  public static Wrapping of(LegacyConfig legacy, Responses profile) {
    return new Wrapping(
        legacy.statusHeader() == StatusHeader.SYNTHESIZE,
        legacy.pop2TrailingCrlf().orElse(profile == Responses.UW));
  }

  /// What stands in front of a text.
  ///
  /// @param seen whether the message was read in an earlier session
  byte[] before(boolean seen) {
    return status ? (seen ? READ : OLD) : NOTHING;
  }

  /// What stands behind it.
  byte[] behind() {
    return crlf ? CRLF : NOTHING;
  }

  /// How many octets that makes.
  ///
  /// @param seen whether the message was read in an earlier session
  public int octets(boolean seen) {
    return before(seen).length + behind().length;
  }
}
