package org.popinjay.mailstore.mbox.ids;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.popinjay.mailstore.mbox.text.KnownField;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.message.HeaderReader;

/// The digest that a list of ids names a message by: SHA-256 of its text without what servers
/// change on the way to a client.
///
/// Line ends are LF, those at the end are left out, and so are fields that servers hide or add, and
/// every `>` before `From ` at the beginning of a line, which some take off. Who fetches a message
/// from any server, and leaves the same out, comes to the same digest.
public final class TextDigest {
  private static final byte[] FROM = "From ".getBytes(StandardCharsets.US_ASCII);
  private static final List<String> ADDED_BY_SERVERS = List.of("X-UIDL", "Lines");

  private final MessageDigest digest;
  private boolean afterCr;
  private long lineFeeds;

  /// Of a line that may turn out to be a quoted one: its angles, and what it has of [#FROM].
  private boolean atStart = true;

  private int angles;
  private int matched;

  /// Gives the octets of a message one piece after the other.
  @FunctionalInterface
  public interface Pieces {
    /// The octets from an offset on, at most so many.
    byte[] read(long at, int count) throws IOException;
  }

  private TextDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  /// The digest of a row, as 64 hexadecimal digits.
  static String of(MessageTable table, int row, Pieces pieces) throws IOException {
    var text = new TextDigest();
    byte[] header = pieces.read(table.headerStart(row), table.headerOctets(row));
    text.header(header);
    int most = 256 << 10;
    long end = table.contentEnd(row);
    for (long at = table.bodyStart(row); at < end; at += most) {
      byte[] piece = pieces.read(at, (int) Math.min(most, end - at));
      text.add(piece, 0, piece.length);
    }
    text.releaseStart();
    return HexFormat.of().formatHex(text.digest.digest());
  }

  private void header(byte[] header) {
    var field = new HeaderReader(header, 0, header.length);
    while (field.next()) {
      var known = KnownField.of(field);
      boolean hidden = known != null && known.isHidden();
      if (!hidden && ADDED_BY_SERVERS.stream().noneMatch(field::isNamed)) {
        add(header, field.start(), field.end());
      }
    }
    add(header, field.start(), header.length);
  }

  /// Holds line ends back until something follows.
  private void add(byte[] octets, int from, int to) {
    for (int at = from; at < to; at++) {
      byte octet = octets[at];
      if (octet == '\n') {
        releaseStart();
        afterCr = false;
        lineFeeds++;
        atStart = true;
      } else if (!atStart || !begins(octet)) {
        releaseStart();
        put(octet);
      }
    }
  }

  /// Whether an octet may still belong to what a quoted line begins with.
  private boolean begins(byte octet) {
    if (octet == '>' && matched == 0) {
      angles++;
      return true;
    }
    if (octet != FROM[matched]) {
      return false;
    }
    matched++;
    if (matched == FROM.length) {
      angles = 0;
      releaseStart();
    }
    return true;
  }

  private void releaseStart() {
    if (!atStart) {
      return;
    }
    atStart = false;
    for (; angles > 0; angles--) {
      put((byte) '>');
    }
    for (int i = 0; i < matched; i++) {
      put(FROM[i]);
    }
    matched = 0;
  }

  private void put(byte octet) {
    if (octet == '\r' && !afterCr) {
      afterCr = true;
      return;
    }
    for (; lineFeeds > 0; lineFeeds--) {
      digest.update((byte) '\n');
    }
    if (afterCr) {
      digest.update((byte) '\r');
      afterCr = false;
    }
    if (octet == '\r') {
      afterCr = true;
    } else {
      digest.update(octet);
    }
  }
}
