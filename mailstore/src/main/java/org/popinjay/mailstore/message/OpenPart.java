package org.popinjay.mailstore.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part whose end is not found yet.
final class OpenPart {
  private final long headerStart;
  private final boolean message;
  private final boolean digested;
  private final List<MimePart> children = new ArrayList<>(0);
  private long bodyStart;
  private long linesBefore;
  private boolean headerRead;
  private @Nullable Envelope envelope;
  private @Nullable Envelope innerEnvelope;
  private ContentType type = ContentType.PLAIN;
  private @Nullable String id;
  private @Nullable String description;
  private String encoding = "7BIT";
  private @Nullable String md5;
  private @Nullable Disposition disposition;
  private List<String> language = List.of();
  private @Nullable String location;
  private byte @Nullable [] boundary;

  /// @param message whether the header that follows is that of a message
  /// @param digested whether it stands in a digest
  OpenPart(long headerStart, boolean message, boolean digested) {
    this.headerStart = headerStart;
    this.message = message;
    this.digested = digested;
  }

  /// Takes in what the header says; the body begins here.
  ///
  /// @param opaque whether what is inside is not looked into
  /// @param lines line ends before the body
  void headerIs(KnownFields fields, boolean opaque, long bodyStart, long lines) {
    this.bodyStart = bodyStart;
    linesBefore = lines;
    headerRead = true;
    if (message) {
      envelope = fields.envelope();
    }
    if (opaque) {
      type = ContentType.OPAQUE;
    } else {
      describe(fields);
    }
  }

  private void describe(KnownFields fields) {
    var given = fields.first(KnownFields.Name.CONTENT_TYPE);
    var parsed = given == null ? null : ContentType.parse(given);
    if (parsed == null) {
      parsed = digested ? ContentType.DIGESTED : ContentType.PLAIN;
    }
    type = parsed;
    id = fields.first(KnownFields.Name.CONTENT_ID);
    description = fields.first(KnownFields.Name.CONTENT_DESCRIPTION);
    encoding = TokenReader.encoding(fields.first(KnownFields.Name.CONTENT_TRANSFER_ENCODING));
    md5 = fields.first(KnownFields.Name.CONTENT_MD5);
    disposition = TokenReader.disposition(fields.first(KnownFields.Name.CONTENT_DISPOSITION));
    language = TokenReader.language(fields.first(KnownFields.Name.CONTENT_LANGUAGE));
    location = fields.first(KnownFields.Name.CONTENT_LOCATION);
    if (type.isMultipart()) {
      var text = type.boundary();
      boundary = text == null ? null : text.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /// Says that nobody may look into it, for it lies too deep.
  void close() {
    type = ContentType.OPAQUE;
    id = null;
    description = null;
    encoding = "7BIT";
    md5 = null;
    disposition = null;
    language = List.of();
    location = null;
    boundary = null;
  }

  boolean isHeaderRead() {
    return headerRead;
  }

  ContentType type() {
    return type;
  }

  /// Of the message whose root this part is.
  @Nullable Envelope envelope() {
    return envelope;
  }

  long headerStart() {
    return headerStart;
  }

  /// Whether lines with its boundary mean something.
  boolean hasBoundary() {
    return boundary != null;
  }

  /// Whether these octets are its boundary.
  boolean isBoundary(byte[] in, int from, int to) {
    var own = boundary;
    return own != null
        && own.length == to - from
        && Arrays.equals(own, 0, own.length, in, from, to);
  }

  /// Takes no more parts: what follows is its epilogue.
  void endParts() {
    boundary = null;
  }

  /// Takes a part that has ended.
  ///
  /// @param ofChild not null if that is the message which is the body of this part
  void add(MimePart child, @Nullable Envelope ofChild) {
    children.add(child);
    innerEnvelope = ofChild;
  }

  /// Things in lists that it keeps.
  int pieces() {
    int pieces = type.parameters().size() + language.size();
    if (disposition != null) {
      pieces += disposition.parameters().size();
    }
    if (envelope != null) {
      pieces += envelope.addresses();
    }
    return pieces;
  }

  /// The part when it ends before a line.
  ///
  /// @param line where the line begins
  /// @param lineEnd octets of the line end before it
  /// @param lines line ends before it
  MimePart endedBefore(long line, int lineEnd, long lines) {
    long end = Math.max(bodyStart, line - lineEnd);
    if (!children.isEmpty()) {
      end = Math.max(end, children.getLast().bodyEnd());
    }
    long inBody = lines - linesBefore - (end < line ? 1 : 0);
    if (type.isMultipart() && children.isEmpty()) {
      children.add(plainText(end, inBody));
    }
    return new MimePart(
        headerStart,
        bodyStart,
        end,
        inBody,
        type.type(),
        type.subtype(),
        type.parameters(),
        id,
        description,
        encoding,
        md5,
        disposition,
        language,
        location,
        innerEnvelope,
        children);
  }

  private MimePart plainText(long end, long lines) {
    return new MimePart(
        bodyStart,
        bodyStart,
        end,
        lines,
        ContentType.PLAIN.type(),
        ContentType.PLAIN.subtype(),
        ContentType.PLAIN.parameters(),
        null,
        null,
        "7BIT",
        null,
        null,
        List.of(),
        null,
        null,
        List.of());
  }
}
