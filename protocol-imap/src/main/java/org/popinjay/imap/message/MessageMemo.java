package org.popinjay.imap.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.response.Node;
import org.popinjay.mailstore.message.MessageStructure;
import org.popinjay.mailstore.message.StructureCodec;

/// What the store keeps for us of a message, so that the next FETCH of its envelope or structure is
/// a copy. Answers are kept as they are written in RFC 3501's dialect.
///
/// It is a cache: one that cannot be read, or that an older version wrote, is as good as none.
final class MessageMemo {

  /// The first octet; goes up whenever the layout or the writing of answers changes.
  private static final byte VERSION = 1;

  /// Versions, length of the header, lengths of envelope, structure and parts.
  private static final int HEAD_OCTETS = 2 + Long.BYTES + 3 * Integer.BYTES;

  private static final int NONE = -1;
  private static final byte[] NO_PARTS = {};

  private final long headerOctets;
  private final Node.Written envelope;
  private final Node.@Nullable Written structure;
  private final byte @Nullable [] parts;

  private MessageMemo(
      long headerOctets,
      Node.Written envelope,
      Node.@Nullable Written structure,
      byte @Nullable [] parts) {
    this.headerOctets = headerOctets;
    this.envelope = envelope;
    this.structure = structure;
    this.parts = parts;
  }

  /// Of a message of which only the header was looked at.
  static MessageMemo ofHeader(long headerOctets, Node.Written envelope) {
    return new MessageMemo(headerOctets, envelope, null, null);
  }

  /// Of a message that is known altogether.
  static MessageMemo of(
      MessageStructure structure, Node.Written envelope, Node.Written structureWritten) {
    return new MessageMemo(
        structure.root().bodyStart(), envelope, structureWritten, StructureCodec.encode(structure));
  }

  /// Size of the header block.
  long headerOctets() {
    return headerOctets;
  }

  /// What follows `ENVELOPE` in an answer.
  Node.Written envelope() {
    return envelope;
  }

  /// What follows `BODYSTRUCTURE` in an answer; null if that is not known.
  Node.@Nullable Written structure() {
    return structure;
  }

  /// The structure itself, for sections; null if it is not known, or too large to keep.
  @Nullable MessageStructure parts() {
    return StructureCodec.decode(parts);
  }

  /// Reads what [#write] wrote; null if it cannot be read.
  static @Nullable MessageMemo read(byte[] octets) {
    if (octets.length < HEAD_OCTETS
        || octets[0] != VERSION
        || octets[1] != StructureCodec.VERSION) {
      return null;
    }
    var in = ByteBuffer.wrap(octets).position(2);
    long headerOctets = in.getLong();
    int envelopeOctets = in.getInt();
    int structureOctets = in.getInt();
    int partsOctets = in.getInt();
    long all = HEAD_OCTETS + (long) envelopeOctets + kept(structureOctets) + kept(partsOctets);
    if (headerOctets < 0 || envelopeOctets < 0 || all != octets.length) {
      return null;
    }
    int structureAt = HEAD_OCTETS + envelopeOctets;
    int partsAt = structureAt + kept(structureOctets);
    return new MessageMemo(
        headerOctets,
        new Node.Written(octets, HEAD_OCTETS, envelopeOctets),
        structureOctets < 0 ? null : new Node.Written(octets, structureAt, structureOctets),
        partsOctets < 0 ? null : Arrays.copyOfRange(octets, partsAt, octets.length));
  }

  private static int kept(int octets) {
    return Math.max(octets, 0);
  }

  /// As octets to be kept, without the parts if they make it too large; null if it is so even then.
  ///
  /// @param octetsMax what may be kept
  byte @Nullable [] write(int octetsMax) {
    long answers = (long) HEAD_OCTETS + envelope.length() + length(structure);
    if (answers > octetsMax) {
      return null;
    }
    var kept = parts != null && answers + parts.length <= octetsMax ? parts : NO_PARTS;
    var out = ByteBuffer.allocate((int) answers + kept.length);
    out.put(VERSION).put(StructureCodec.VERSION).putLong(headerOctets);
    out.putInt(envelope.length());
    out.putInt(structure == null ? NONE : structure.length());
    out.putInt(kept.length == 0 ? NONE : kept.length);
    put(envelope, out);
    put(structure, out);
    return out.put(kept).array();
  }

  private static int length(Node.@Nullable Written written) {
    return written == null ? 0 : written.length();
  }

  private static void put(Node.@Nullable Written written, ByteBuffer out) {
    if (written != null) {
      out.put(written.octets(), written.from(), written.length());
    }
  }
}
