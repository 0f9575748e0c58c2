package org.popinjay.mailstore.message;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields of one header that envelope and structure are made of, found in one walk.
final class KnownFields {

  /// A field that is looked for.
  enum Name {
    DATE,
    SUBJECT,
    FROM,
    SENDER,
    REPLY_TO,
    TO,
    CC,
    BCC,
    IN_REPLY_TO,
    MESSAGE_ID,
    CONTENT_TYPE,
    CONTENT_TRANSFER_ENCODING,
    CONTENT_ID,
    CONTENT_DESCRIPTION,
    CONTENT_DISPOSITION,
    CONTENT_LANGUAGE,
    CONTENT_LOCATION,
    CONTENT_MD5;

    private static final List<Name> ALL = List.of(values());

    private final String upperCase = name().replace('_', '-');

    static @Nullable Name of(byte[] in, int from, int to) {
      for (var name : ALL) {
        if (name.isAt(in, from, to)) {
          return name;
        }
      }
      return null;
    }

    private boolean isAt(byte[] in, int from, int to) {
      int length = upperCase.length();
      if (to - from <= length) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if (upper(in[from + i]) != upperCase.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    private static int upper(byte octet) {
      return octet >= 'a' && octet <= 'z' ? octet - ('a' - 'A') : octet;
    }
  }

  private final Map<Name, List<String>> values = new EnumMap<>(Name.class);

  private KnownFields() {}

  /// Walks over a header.
  static KnownFields in(byte[] header, int length) {
    var fields = new KnownFields();
    var reader = new HeaderReader(header, 0, length);
    while (reader.next()) {
      var name = Name.of(header, reader.start(), reader.end());
      if (name != null) {
        fields.take(name, header, reader.start(), reader.end());
      }
    }
    return fields;
  }

  private void take(Name name, byte[] header, int from, int to) {
    int at = from + name.upperCase.length();
    while (at < to && (header[at] == ' ' || header[at] == '\t')) {
      at++;
    }
    if (at < to && header[at] == ':') {
      int end = Math.min(to, at + 1 + HeaderReader.LONGEST_VALUE);
      values
          .computeIfAbsent(name, _ -> new ArrayList<>(1))
          .add(RawText.ofField(header, at + 1, end));
    }
  }

  /// Value of the first field of this name, null if there is none.
  @Nullable String first(Name name) {
    var all = values.get(name);
    return all == null ? null : all.getFirst();
  }

  /// Values of all fields of this name, in the order of the mail.
  List<String> all(Name name) {
    return values.getOrDefault(name, List.of());
  }

  /// The envelope of the message whose header this is.
  Envelope envelope() {
    var from = addresses(all(Name.FROM));
    var sender = addresses(all(Name.SENDER).stream().limit(1).toList());
    var replyTo = addresses(all(Name.REPLY_TO));
    return new Envelope(
        first(Name.DATE),
        first(Name.SUBJECT),
        from,
        sender.isEmpty() ? from : sender,
        replyTo.isEmpty() ? from : replyTo,
        addresses(all(Name.TO)),
        addresses(all(Name.CC)),
        addresses(all(Name.BCC)),
        first(Name.IN_REPLY_TO),
        first(Name.MESSAGE_ID));
  }

  private static List<Address> addresses(List<String> values) {
    if (values.size() == 1) {
      return AddressParser.parse(values.getFirst());
    }
    var all = new ArrayList<Address>();
    for (var value : values) {
      AddressParser.parse(value, all);
    }
    return all;
  }
}
