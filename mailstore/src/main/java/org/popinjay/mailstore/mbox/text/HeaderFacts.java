package org.popinjay.mailstore.mbox.text;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.Keywords;
import org.popinjay.mailstore.mbox.disk.ContentDigest;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.Quoting.Notes;
import org.popinjay.mailstore.message.HeaderReader;

/// What the scanner wants to know of one header block, gathered in one walk over its fields.
///
/// Of fields with the same name the first counts, well-formed or not. A folded bookkeeping field is
/// not ours: it is hidden and means nothing.
final class HeaderFacts {
  private final ByteScan scan;
  private final ContentDigest digest = new ContentDigest();
  private final EnumSet<KnownField> seen = EnumSet.noneOf(KnownField.class);
  private byte[] header = new byte[8 << 10];
  private int bits;
  private int uid;
  private Keywords keywords = Keywords.NONE;
  private long contentLength;
  private long hiddenOctets;
  private long shownLineFeeds;
  private boolean lastHidden;
  private boolean subjectOfPseudo;
  private boolean fromMailerDaemon;
  private Optional<ImapBase> pseudoBase = Optional.empty();
  private Optional<ImapBase> firstBase = Optional.empty();

  HeaderFacts(ByteScan scan) {
    this.scan = scan;
  }

  /// Reads a block; forgets the one before.
  ///
  /// @param first whether it is that of the first message, which may say more than others
  void read(MemorySegment in, long from, long to, boolean first) {
    reset();
    int length = (int) (to - from);
    if (header.length < length) {
      header = new byte[Math.max(length, 2 * header.length)];
    }
    MemorySegment.copy(in, JAVA_BYTE, from, header, 0, length);
    shownLineFeeds = scan.bareLineFeeds(in, from, to, false);
    boolean identified = false;
    var field = new HeaderReader(header, 0, length);
    while (field.next()) {
      var known = KnownField.of(field);
      lastHidden = known != null && known.isHidden();
      if (known == null) {
        continue;
      }
      if (lastHidden) {
        hide(field);
      }
      if (seen.add(known)) {
        if (identifies(known)) {
          digest(field.start(), field.end());
          identified = true;
        } else if (!field.isFolded() && (first || !isOfFirst(known))) {
          take(known, field);
        }
      }
    }
    lastHidden &= field.start() == length;
    if (!identified) {
      digestAllShown(length);
    }
  }

  private void reset() {
    digest.reset();
    seen.clear();
    bits = 0;
    uid = 0;
    keywords = Keywords.NONE;
    contentLength = -1;
    hiddenOctets = 0;
    lastHidden = false;
    subjectOfPseudo = false;
    fromMailerDaemon = false;
    pseudoBase = Optional.empty();
    firstBase = Optional.empty();
  }

  private void hide(HeaderReader field) {
    bits |= Bits.HIDDEN_FIELDS;
    hiddenOctets += field.end() - field.start();
    for (int at = field.start(); at < field.end(); at++) {
      boolean bare = header[at] == '\n' && (at == 0 || header[at - 1] != '\r');
      shownLineFeeds -= bare ? 1 : 0;
    }
  }

  private static boolean identifies(KnownField field) {
    return switch (field) {
      case RECEIVED, DATE, MESSAGE_ID, DELIVERED_TO -> true;
      case STATUS, X_STATUS, X_KEYWORDS, X_UID, X_IMAP, X_IMAPBASE -> false;
      case CONTENT_LENGTH, X_POPINJAY, LINES, SUBJECT, FROM -> false;
    };
  }

  private static boolean isOfFirst(KnownField field) {
    return switch (field) {
      case X_IMAP, X_IMAPBASE, SUBJECT, FROM -> true;
      case STATUS, X_STATUS, X_KEYWORDS, X_UID, CONTENT_LENGTH, X_POPINJAY -> false;
      case RECEIVED, DATE, MESSAGE_ID, DELIVERED_TO, LINES -> false;
    };
  }

  private void take(KnownField known, HeaderReader field) {
    switch (known) {
      case STATUS -> bits |= StatusHeaders.statusBits(field.value());
      case X_STATUS -> bits |= StatusHeaders.xStatusBits(field.value());
      case X_UID -> uid = StatusHeaders.uid(field.value());
      case X_IMAP -> pseudoBase = ImapBase.parse(field.value());
      case X_IMAPBASE -> firstBase = ImapBase.parse(field.value());
      case CONTENT_LENGTH -> contentLength = StatusHeaders.number(field.value());
      case SUBJECT -> subjectOfPseudo = isPseudoSubject(field);
      case FROM -> fromMailerDaemon = isFromMailerDaemon(field);
      case X_KEYWORDS -> keywords = StatusHeaders.keywordsOf(field.value());
      case X_POPINJAY ->
          bits |= Notes.parse(field.value()).flatMap(Notes::keptId).isPresent() ? Bits.KEPT_ID : 0;
      case RECEIVED, DATE, MESSAGE_ID, DELIVERED_TO, LINES -> {}
    }
  }

  private static boolean isPseudoSubject(HeaderReader field) {
    return field.end() - field.start() < 2L * PseudoMessage.SUBJECT.length()
        && field.value().equals(PseudoMessage.SUBJECT);
  }

  private static boolean isFromMailerDaemon(HeaderReader field) {
    return field.end() - field.start() < FromLine.JUDGED_OCTETS
        && PseudoMessage.isMailerDaemon(field.value());
  }

  /// Takes the octets of a field in, lines joined.
  private void digest(int from, int to) {
    int limit = Math.min(to, from + HeaderReader.LONGEST_VALUE);
    int line = from;
    for (int at = from; at < limit; at++) {
      if (header[at] == '\n') {
        boolean crlf = at > line && header[at - 1] == '\r';
        digest.update(header, line, crlf ? at - 1 : at);
        line = at + 1;
      }
    }
    digest.update(header, line, limit);
    digest.update((byte) '\n');
  }

  private void digestAllShown(int length) {
    var field = new HeaderReader(header, 0, length);
    while (field.next()) {
      @Nullable KnownField known = KnownField.of(field);
      // mutt adds Lines whenever it writes.
      if (known == null || (!known.isHidden() && known != KnownField.LINES)) {
        digest(field.start(), field.end());
      }
    }
  }

  /// Flags, [Bits#OLD], [Bits#HIDDEN_FIELDS] and [Bits#KEPT_ID].
  int bits() {
    return bits;
  }

  /// The bits of the UID it claims, or 0.
  int uid() {
    return uid;
  }

  /// The keywords that it claims.
  Keywords keywords() {
    return keywords;
  }

  /// Octets that it claims for the body, or -1.
  long contentLength() {
    return contentLength;
  }

  /// Stored octets of hidden fields.
  long hiddenOctets() {
    return hiddenOctets;
  }

  /// LF without CR outside of hidden fields.
  long shownLineFeeds() {
    return shownLineFeeds;
  }

  /// Whether nothing stands behind the last hidden field.
  boolean endsHidden() {
    return lastHidden;
  }

  /// Digest of what identifies the message, its body being so long.
  long digest(long bodyOctets) {
    digest.update(bodyOctets);
    return digest.value();
  }

  /// State of the mailbox if this is the header of a pseudo message.
  Optional<ImapBase> pseudoBase() {
    return subjectOfPseudo && fromMailerDaemon ? pseudoBase : Optional.empty();
  }

  /// State of the mailbox if this is the header of an ordinary first message that has it.
  Optional<ImapBase> firstBase() {
    return firstBase;
  }
}
