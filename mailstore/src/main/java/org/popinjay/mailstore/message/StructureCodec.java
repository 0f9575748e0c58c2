package org.popinjay.mailstore.message;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Octets to keep what was found in a message, so that a second visit reads no mail
/// ([org.popinjay.mailstore.MailboxView#remember]).
///
/// The envelope stands alone in front, with a check of its own: a list of messages reads nothing
/// else. Octets of another version, or damaged ones, read as nothing. The version counts the rules
/// of [MimeScanner] too: whoever changes what it finds raises it.
public final class StructureCodec {
  /// Changes whenever older octets cannot be read any more, or mail is read otherwise.
  public static final byte VERSION = 1;

  private static final byte MAILBOX = 0;
  private static final byte GROUP_START = 1;
  private static final byte GROUP_END = 2;
  private static final byte ABSENT = 0;
  private static final byte PRESENT = 1;

  private StructureCodec() {}

  /// Octets of envelope and structure.
  public static byte[] encode(MessageStructure structure) {
    var out = new PackedWriter();
    writeEnvelopeBlock(out, structure.envelope());
    int block = out.beginBlock();
    writePart(out, structure.root());
    out.endBlock(block);
    return out.toByteArray();
  }

  /// Octets of an envelope whose message was not read to its end.
  public static byte[] encode(Envelope envelope) {
    var out = new PackedWriter();
    writeEnvelopeBlock(out, envelope);
    return out.toByteArray();
  }

  /// Reads the envelope alone; null if there is none.
  public static @Nullable Envelope decodeEnvelope(byte @Nullable [] octets) {
    var in = open(octets);
    return in == null ? null : readEnvelopeBlock(in);
  }

  /// Reads all; null if there is no structure.
  public static @Nullable MessageStructure decode(byte @Nullable [] octets) {
    var in = open(octets);
    var envelope = in == null ? null : readEnvelopeBlock(in);
    if (in == null || envelope == null || !in.enterBlock()) {
      return null;
    }
    var root = readPart(in, MimeScanner.MOST_DEPTH);
    return in.leaveBlock() ? new MessageStructure(envelope, root) : null;
  }

  private static @Nullable PackedReader open(byte @Nullable [] octets) {
    return octets == null || octets.length == 0 || octets[0] != VERSION
        ? null
        : new PackedReader(octets, 1);
  }

  // Envelope

  private static void writeEnvelopeBlock(PackedWriter out, Envelope envelope) {
    out.octet(VERSION);
    int block = out.beginBlock();
    writeEnvelope(out, envelope);
    out.endBlock(block);
  }

  private static void writeEnvelope(PackedWriter out, Envelope envelope) {
    out.string(envelope.date());
    out.string(envelope.subject());
    writeAddresses(out, envelope.from(), null);
    writeAddresses(out, envelope.sender(), envelope.from());
    writeAddresses(out, envelope.replyTo(), envelope.from());
    writeAddresses(out, envelope.to(), null);
    writeAddresses(out, envelope.cc(), null);
    writeAddresses(out, envelope.bcc(), null);
    out.string(envelope.inReplyTo());
    out.string(envelope.messageId());
  }

  private static @Nullable Envelope readEnvelopeBlock(PackedReader in) {
    if (!in.enterBlock()) {
      return null;
    }
    var envelope = readEnvelope(in);
    return in.leaveBlock() ? envelope : null;
  }

  private static Envelope readEnvelope(PackedReader in) {
    var date = in.string();
    var subject = in.string();
    var from = readAddresses(in, List.of());
    return new Envelope(
        date,
        subject,
        from,
        readAddresses(in, from),
        readAddresses(in, from),
        readAddresses(in, List.of()),
        readAddresses(in, List.of()),
        readAddresses(in, List.of()),
        in.string(),
        in.string());
  }

  /// Writes 0 for a list that equals another one, else its size and 1.
  private static void writeAddresses(
      PackedWriter out, List<Address> list, @Nullable List<Address> other) {
    if (list.equals(other)) {
      out.number(0);
      return;
    }
    out.number(list.size() + 1);
    for (var address : list) {
      switch (address) {
        case Address.Mailbox(var name, var route, var local, var host) -> {
          out.octet(MAILBOX);
          out.string(name);
          out.string(route);
          out.string(local);
          out.string(host);
        }
        case Address.GroupStart(var name) -> {
          out.octet(GROUP_START);
          out.string(name);
        }
        case Address.GroupEnd() -> out.octet(GROUP_END);
      }
    }
  }

  private static List<Address> readAddresses(PackedReader in, List<Address> other) {
    long size = in.number() - 1;
    if (size < 0) {
      return other;
    }
    if (size == 1) {
      return List.of(readAddress(in));
    }
    var list = new ArrayList<Address>();
    for (long i = 0; i < size && !in.failed(); i++) {
      list.add(readAddress(in));
    }
    return list;
  }

  private static Address readAddress(PackedReader in) {
    return switch (in.octet()) {
      case MAILBOX ->
          new Address.Mailbox(in.string(), in.string(), in.presentString(), in.presentString());
      case GROUP_START -> new Address.GroupStart(in.presentString());
      case GROUP_END -> new Address.GroupEnd();
      default -> in.fail(new Address.GroupEnd());
    };
  }

  // Parts; the depth of the recursion is bounded by that of the scanner

  private static void writePart(PackedWriter out, MimePart part) {
    out.number(part.headerStart());
    out.number(part.bodyStart() - part.headerStart());
    out.number(part.bodyEnd() - part.bodyStart());
    out.number(part.lines());
    out.string(part.type());
    out.string(part.subtype());
    writeParameters(out, part.parameters());
    out.string(part.id());
    out.string(part.description());
    out.string(part.encoding());
    out.string(part.md5());
    writeDisposition(out, part.disposition());
    out.number(part.language().size());
    part.language().forEach(out::string);
    out.string(part.location());
    var envelope = part.envelope();
    out.octet(envelope == null ? ABSENT : PRESENT);
    if (envelope != null) {
      writeEnvelope(out, envelope);
    }
    out.number(part.children().size());
    for (var child : part.children()) {
      writePart(out, child);
    }
  }

  private static void writeParameters(PackedWriter out, List<Parameter> parameters) {
    out.number(parameters.size());
    for (var parameter : parameters) {
      out.string(parameter.name());
      out.string(parameter.value());
    }
  }

  private static void writeDisposition(PackedWriter out, @Nullable Disposition disposition) {
    out.string(disposition == null ? null : disposition.type());
    if (disposition != null) {
      writeParameters(out, disposition.parameters());
    }
  }

  private static MimePart readPart(PackedReader in, int depth) {
    long headerStart = in.number();
    long bodyStart = headerStart + in.number();
    long bodyEnd = bodyStart + in.number();
    return new MimePart(
        headerStart,
        bodyStart,
        bodyEnd,
        in.number(),
        in.presentString(),
        in.presentString(),
        readParameters(in),
        in.string(),
        in.string(),
        in.presentString(),
        in.string(),
        readDisposition(in),
        readLanguage(in),
        in.string(),
        in.octet() == PRESENT ? readEnvelope(in) : null,
        readChildren(in, depth));
  }

  private static List<MimePart> readChildren(PackedReader in, int depth) {
    long size = in.number();
    if (size > 0 && depth == 0) {
      return in.fail(List.of());
    }
    var children = new ArrayList<MimePart>();
    for (long i = 0; i < size && !in.failed(); i++) {
      children.add(readPart(in, depth - 1));
    }
    return children;
  }

  private static List<Parameter> readParameters(PackedReader in) {
    long size = in.number();
    if (size == 0) {
      return List.of();
    }
    var parameters = new ArrayList<Parameter>();
    for (long i = 0; i < size && !in.failed(); i++) {
      parameters.add(new Parameter(in.presentString(), in.presentString()));
    }
    return parameters;
  }

  private static @Nullable Disposition readDisposition(PackedReader in) {
    var type = in.string();
    return type == null ? null : new Disposition(type, readParameters(in));
  }

  private static List<String> readLanguage(PackedReader in) {
    long size = in.number();
    if (size == 0) {
      return List.of();
    }
    var language = new ArrayList<String>();
    for (long i = 0; i < size && !in.failed(); i++) {
      language.add(in.presentString());
    }
    return language;
  }
}
