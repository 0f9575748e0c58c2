package org.popinjay.mailstore.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One part of a message and where it lies (RFC 2045).
///
/// Header and body touch: the header, with its blank line, ends where the body begins. The line end
/// before a boundary belongs to the boundary. Offsets count octets of the whole message as it is
/// presented. Type, subtype, parameter names, encoding and disposition are in upper case, all else
/// as in the mail: raw, unfolded, without control characters, encoded words left alone.
///
/// @param lines line ends in the body
/// @param id Content-ID, null if absent
/// @param encoding `7BIT` if the mail names none; else its word
/// @param disposition null if absent or not understood
/// @param language empty if absent
/// @param envelope of the message inside; not null exactly for `MESSAGE/RFC822` and
///   `MESSAGE/GLOBAL`
/// @param children parts of a multipart, at least one; the one message in such a message; else none
public record MimePart(
    long headerStart,
    long bodyStart,
    long bodyEnd,
    long lines,
    String type,
    String subtype,
    List<Parameter> parameters,
    @Nullable String id,
    @Nullable String description,
    String encoding,
    @Nullable String md5,
    @Nullable Disposition disposition,
    List<String> language,
    @Nullable String location,
    @Nullable Envelope envelope,
    List<MimePart> children) {

  /// Copies the lists.
  public MimePart {
    parameters = List.copyOf(parameters);
    language = List.copyOf(language);
    children = List.copyOf(children);
  }

  /// Whether it has parts of its own.
  public boolean isMultipart() {
    return envelope == null && !children.isEmpty();
  }

  /// Whether its body is a message whose parts are known.
  public boolean isMessage() {
    return envelope != null;
  }

  /// Whether it is text of any kind.
  public boolean isText() {
    return type.equals("TEXT");
  }

  /// Where the header lies.
  public Slice header() {
    return new Slice(headerStart, bodyStart);
  }

  /// Where the body lies.
  public Slice body() {
    return new Slice(bodyStart, bodyEnd);
  }

  /// Octets of the body.
  public long octets() {
    return bodyEnd - bodyStart;
  }

  /// Value of a parameter of the type, null if there is none.
  ///
  /// @param name in upper case
  public @Nullable String parameter(String name) {
    return Parameter.value(parameters, name);
  }
}
