package org.popinjay.mailstore.message;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.dom.address.Mailbox;
import org.apache.james.mime4j.dom.address.MailboxList;
import org.apache.james.mime4j.dom.field.AddressListField;
import org.apache.james.mime4j.dom.field.MailboxListField;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.jspecify.annotations.Nullable;

/// What mime4j reads out of a message.
final class Mime4jReading {
  private Mime4jReading() {}

  static List<String> of(byte[] message) throws IOException, MimeException {
    var lines = new ArrayList<String>();
    lines.add(outline(message));
    lines.addAll(envelope(message));
    return lines;
  }

  private static String outline(byte[] message) throws IOException, MimeException {
    var stream = new MimeTokenStream(MimeConfig.PERMISSIVE);
    stream.parse(new ByteArrayInputStream(message));
    var open = new ArrayDeque<List<String>>();
    var types = new ArrayDeque<String>();
    open.push(new ArrayList<>());
    for (var state = stream.getState();
        state != EntityState.T_END_OF_STREAM;
        state = stream.next()) {
      switch (state) {
        case T_START_MULTIPART -> {
          types.push(stream.getBodyDescriptor().getMimeType());
          open.push(new ArrayList<>());
        }
        case T_START_MESSAGE -> {
          types.push("message");
          open.push(new ArrayList<>());
        }
        case T_END_MULTIPART, T_END_MESSAGE -> {
          var inside = open.pop();
          var type = types.pop();
          // The whole message begins and ends, too.
          boolean whole = type.equals("message") && open.size() == 1;
          var all = String.join(", ", inside);
          open.element().add(whole ? all : named(type) + " (" + all + ")");
        }
        case T_BODY -> {
          var type = stream.getBodyDescriptor().getMimeType();
          int octets = stream.getInputStream().readAllBytes().length;
          open.element().add(type + " " + octets);
        }
        default -> {}
      }
    }
    return String.join(", ", open.element());
  }

  private static String named(String type) {
    return type.equals("message") ? "message/rfc822" : type;
  }

  private static List<String> envelope(byte[] message) throws IOException, MimeException {
    var builder = new DefaultMessageBuilder();
    builder.setMimeEntityConfig(MimeConfig.PERMISSIVE);
    var read = builder.parseMessage(new ByteArrayInputStream(message));
    var lines = new ArrayList<String>();
    lines.add(text(read.getSubject()));
    lines.add(text(read.getMessageId()));
    for (var name : List.of("from", "to", "cc")) {
      lines.add(addresses(read.getHeader().getFields(name)));
    }
    return lines;
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : Reading.blanks(text);
  }

  private static String addresses(List<Field> fields) {
    return fields.stream()
        .flatMap(field -> mailboxes(field).stream())
        .map(Mime4jReading::show)
        .collect(Collectors.joining(" "));
  }

  private static MailboxList mailboxes(Field field) {
    return switch (field) {
      case MailboxListField list -> list.getMailboxList();
      case AddressListField list -> list.getAddressList().flatten();
      default -> throw new IllegalStateException(field.getClass() + " (expected addresses)");
    };
  }

  private static String show(Mailbox one) {
    return text(one.getName()) + "<" + one.getAddress() + ">";
  }
}
