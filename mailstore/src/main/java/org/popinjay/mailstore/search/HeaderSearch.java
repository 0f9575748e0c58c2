package org.popinjay.mailstore.search;

import java.time.LocalDate;
import java.util.function.Predicate;
import org.popinjay.mailstore.message.Address;
import org.popinjay.mailstore.message.AddressParser;
import org.popinjay.mailstore.message.EncodedWord;
import org.popinjay.mailstore.message.HeaderReader;
import org.popinjay.mailstore.message.RawText;

/// Looks for something in the header of a message.
@FunctionalInterface
interface HeaderSearch {

  /// Whether it is there.
  ///
  /// @param end of the header, which begins with the first octet
  boolean holds(byte[] octets, int end);

  /// A field of this name that has the needle in its decoded value.
  static HeaderSearch field(String name, Needle needle) {
    return anyField(name, value -> needle.isIn(EncodedWord.decode(value)));
  }

  /// A field of addresses that has the needle: in its value, decoded or as it is written, or in an
  /// address written as `Name <local@host>`.
  static HeaderSearch address(SearchKey.AddressField field, Needle needle) {
    return anyField(
        field.name(),
        value ->
            needle.isIn(EncodedWord.decode(value))
                || needle.isIn(RawText.toText(value))
                || AddressParser.parse(value).stream().anyMatch(one -> needle.isIn(text(one))));
  }

  private static String text(Address address) {
    return switch (address) {
      case Address.Mailbox(var name, _, String local, String host) -> {
        var plain = RawText.toText(local + "@" + host);
        yield name == null ? plain : EncodedWord.decode(name) + " <" + plain + ">";
      }
      case Address.GroupStart(String name) -> EncodedWord.decode(name);
      case Address.GroupEnd _ -> "";
    };
  }

  /// A first `Date:` field with a day that stands so to another.
  static HeaderSearch sent(SearchKey.When when, LocalDate than) {
    return (octets, end) -> {
      var reader = new HeaderReader(octets, 0, end);
      while (reader.next()) {
        if (isNamed(reader, "Date")) {
          var day = SentDate.day(reader.value());
          return day != null && when.holds(day, than);
        }
      }
      return false;
    };
  }

  private static HeaderSearch anyField(String name, Predicate<String> value) {
    return (octets, end) -> {
      var reader = new HeaderReader(octets, 0, end);
      while (reader.next()) {
        if (isNamed(reader, name) && value.test(reader.value())) {
          return true;
        }
      }
      return false;
    };
  }

  /// Whether it has the name in any case, whether or not blanks stand before its colon.
  private static boolean isNamed(HeaderReader reader, String name) {
    return reader.isNamed(name)
        || (!name.isEmpty()
            && (reader.firstOctet() | 0x20) == (name.charAt(0) | 0x20)
            && reader.name().equalsIgnoreCase(name));
  }
}
