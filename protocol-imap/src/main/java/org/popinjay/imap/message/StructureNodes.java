package org.popinjay.imap.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popinjay.imap.command.ImapDialect;
import org.popinjay.imap.response.Node;
import org.popinjay.imap.response.Node.Group;
import org.popinjay.imap.response.Node.Nil;
import org.popinjay.imap.response.Node.Run;
import org.popinjay.mailstore.message.Address;
import org.popinjay.mailstore.message.Disposition;
import org.popinjay.mailstore.message.Envelope;
import org.popinjay.mailstore.message.MimePart;
import org.popinjay.mailstore.message.Parameter;

/// Envelopes and structures of messages as FETCH answers them (RFC 9051, section 7.5.2).
public final class StructureNodes {
  private final ImapDialect dialect;

  /// @param dialect decides whether values with a charset of their own are decoded (RFC 9051,
  ///   section 7.5.2), and whether mail in UTF-8 has a structure
  public StructureNodes(ImapDialect dialect) {
    this.dialect = dialect;
  }

  /// `ENVELOPE`.
  public Node envelope(Envelope envelope) {
    return new Group(
        List.of(
            text(envelope.date()),
            text(envelope.subject()),
            addresses(envelope.from()),
            addresses(envelope.sender()),
            addresses(envelope.replyTo()),
            addresses(envelope.to()),
            addresses(envelope.cc()),
            addresses(envelope.bcc()),
            text(envelope.inReplyTo()),
            text(envelope.messageId())));
  }

  private static Node addresses(List<Address> addresses) {
    if (addresses.isEmpty()) {
      return Nil.NIL;
    }
    var members = addresses.stream().map(StructureNodes::address).toList();
    return new Group(List.of(new Run(members)));
  }

  private static Node address(Address address) {
    return switch (address) {
      case Address.Mailbox(var name, var route, var local, var host) ->
          new Group(List.of(text(name), text(route), text(local), text(host)));
      case Address.GroupStart(var name) ->
          new Group(List.of(Nil.NIL, Nil.NIL, text(name), Nil.NIL));
      case Address.GroupEnd() -> new Group(List.of(Nil.NIL, Nil.NIL, Nil.NIL, Nil.NIL));
    };
  }

  /// `BODY` or `BODYSTRUCTURE` of a message or a part.
  ///
  /// @param extended whether it is `BODYSTRUCTURE`, with all its extensions
  public Node structure(MimePart part, boolean extended) {
    var fields = new ArrayList<Node>(16);
    if (part.isMultipart()) {
      multipart(part, extended, fields);
    } else {
      leaf(part, extended, fields);
    }
    return new Group(fields);
  }

  private void multipart(MimePart part, boolean extended, List<Node> fields) {
    fields.add(new Run(part.children().stream().map(child -> structure(child, extended)).toList()));
    fields.add(text(part.subtype()));
    if (extended) {
      fields.add(parameters(part.parameters()));
      addCommonExtensions(part, fields);
    }
  }

  private void leaf(MimePart part, boolean extended, List<Node> fields) {
    fields.add(text(part.type()));
    fields.add(text(part.subtype()));
    fields.add(parameters(part.parameters()));
    fields.add(text(part.id()));
    fields.add(text(part.description()));
    fields.add(text(part.encoding()));
    fields.add(new Node.Count(part.octets()));
    var envelope = part.envelope();
    if (part.isText()) {
      fields.add(new Node.Count(part.lines()));
    } else if (envelope != null && (dialect.unicode() || part.subtype().equals("RFC822"))) {
      fields.add(envelope(envelope));
      fields.add(structure(part.children().getFirst(), extended));
      fields.add(new Node.Count(part.lines()));
    }
    if (extended) {
      fields.add(text(part.md5()));
      addCommonExtensions(part, fields);
    }
  }

  private void addCommonExtensions(MimePart part, List<Node> fields) {
    fields.add(disposition(part.disposition()));
    fields.add(
        part.language().isEmpty()
            ? Nil.NIL
            : new Group(part.language().stream().map(StructureNodes::text).toList()));
    fields.add(text(part.location()));
  }

  private Node disposition(@Nullable Disposition disposition) {
    return disposition == null
        ? Nil.NIL
        : new Group(List.of(text(disposition.type()), parameters(disposition.parameters())));
  }

  private Node parameters(List<Parameter> parameters) {
    if (parameters.isEmpty()) {
      return Nil.NIL;
    }
    var pairs = new ArrayList<Node>(2 * parameters.size());
    for (var parameter : parameters) {
      pairs.add(text(parameter.name()));
      pairs.add(
          dialect.rev2() && parameter.isExtended()
              ? new Node.Text(parameter.decoded().getBytes(UTF_8))
              : text(parameter.value()));
    }
    return new Group(pairs);
  }

  private static Node text(@Nullable String raw) {
    return raw == null ? Nil.NIL : new Node.Text(raw.getBytes(ISO_8859_1));
  }
}
