package org.popinjay.mailstore.dovecot;

import java.util.HexFormat;
import java.util.Optional;
import org.popinjay.mailstore.Flags;

/// What Dovecot knew of a mailbox: its messages ascending by UID, each with its flags, and where it
/// lay in the spool. Immutable.
public final class DovecotIndex {
  private final IndexHeader header;
  private final MboxHeader mbox;
  private final Messages messages;

  /// What the index says of the spool that it belongs to.
  ///
  /// @param octets of the spool, or 0 if Dovecot never read it
  /// @param modifiedSeconds when it was changed last, in the low 32 bits of seconds since 1970
  public record MboxHeader(long octets, long modifiedSeconds) {}

  /// What the index says of the mailbox.
  ///
  /// @param uidValidity 0 if it has none yet
  /// @param uidNext greater than all UIDs
  /// @param firstRecent messages of lower UIDs are not recent
  public record IndexHeader(long uidValidity, long uidNext, long firstRecent) {}

  DovecotIndex(IndexHeader header, MboxHeader mbox, Messages messages) {
    this.header = header;
    this.mbox = mbox;
    this.messages = messages;
  }

  /// What it says of the mailbox.
  public IndexHeader header() {
    return header;
  }

  /// What it says of the spool.
  public MboxHeader mbox() {
    return mbox;
  }

  /// How many messages there are.
  public int count() {
    return messages.count();
  }

  /// UID of the i-th message, 1..2^32-1.
  public long uid(int i) {
    return Integer.toUnsignedLong(messages.uid(i));
  }

  /// The message of a UID, or -1.
  public int find(long uid) {
    int i = messages.notBelow((int) uid);
    return i < count() && uid(i) == uid ? i : -1;
  }

  /// Its flags and keywords.
  public Flags flags(int i) {
    return messages.flags(i);
  }

  /// Whether they may not be in the spool: Dovecot had still to write them.
  public boolean isUnwritten(int i) {
    return messages.isUnwritten(i);
  }

  /// Where it began in the spool, or -1 if that is not known.
  public long offset(int i) {
    return messages.offset(i);
  }

  /// The digest of its header in hexadecimal digits, if Dovecot needed one.
  public Optional<String> headerDigest(int i) {
    long high = messages.digestHigh(i);
    long low = messages.digestLow(i);
    return high == 0 && low == 0
        ? Optional.empty()
        : Optional.of(HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low));
  }
}
