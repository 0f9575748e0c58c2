package org.popinjay.mailstore.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a part is (RFC 2045, section 5).
///
/// @param type in upper case
/// @param subtype in upper case
record ContentType(String type, String subtype, List<Parameter> parameters) {
  private static final int LONGEST_BOUNDARY = 255;

  /// Of a part that does not say, or not understandably (RFC 2045, section 5.2).
  static final ContentType PLAIN =
      new ContentType("TEXT", "PLAIN", List.of(new Parameter("CHARSET", "US-ASCII")));

  /// Of a part of a digest that does not say (RFC 2046, section 5.1.5).
  static final ContentType DIGESTED = new ContentType("MESSAGE", "RFC822", List.of());

  /// Of a part that is not looked into.
  static final ContentType OPAQUE = new ContentType("APPLICATION", "OCTET-STREAM", List.of());

  /// Reads a field's value; null if there is no type in it.
  static @Nullable ContentType parse(String value) {
    var in = new FieldCursor(value);
    var type = TokenReader.token(in);
    if (type.isEmpty()) {
      return null;
    }
    in.skipBlanksAndComments();
    var subtype = in.skip('/') ? TokenReader.token(in) : "";
    var parameters = ParameterReader.read(in);
    if (!subtype.isEmpty()) {
      return new ContentType(type, subtype, parameters);
    }
    return type.equals("TEXT")
        ? new ContentType("TEXT", "PLAIN", parameters)
        : new ContentType("APPLICATION", "OCTET-STREAM", parameters);
  }

  boolean isMultipart() {
    return type.equals("MULTIPART");
  }

  boolean isMessage() {
    return type.equals("MESSAGE") && (subtype.equals("RFC822") || subtype.equals("GLOBAL"));
  }

  boolean isDigest() {
    return isMultipart() && subtype.equals("DIGEST");
  }

  /// The boundary between its parts, null if it has none that can be used.
  @Nullable String boundary() {
    var boundary = Parameter.value(parameters, "BOUNDARY");
    if (boundary == null || boundary.isBlank() || boundary.length() > LONGEST_BOUNDARY) {
      return null;
    }
    return boundary.stripTrailing();
  }
}
