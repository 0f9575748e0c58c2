package org.popinjay.mailstore.mbox.ids;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import org.popinjay.config.IdTemplate.Source;
import org.popinjay.mailstore.message.HeaderReader;

/// What older servers made unique-ids of: values of one message, from its From_ line and its
/// header.
///
/// The digests are MD5 because theirs are; nothing is kept safe by them.
public final class IdDigests {
  /// Octets that qpopper reads at a time, of which the last is a zero.
  private static final int QPOPPER_BUFFER = 1_024;

  private static final int GROUP = 4;
  private static final int DIGITS_OF_GROUP = 5;
  private static final int RADIX = 80;
  private static final int FIRST_DIGIT = 0x21;

  private final byte[] fromLine;
  private final byte[] header;

  /// @param fromLine with its line end
  /// @param header as it is stored, with its blank line
  public IdDigests(byte[] fromLine, byte[] header) {
    this.fromLine = fromLine;
    this.header = header;
  }

  /// Octets of a From_ line that count.
  static int fromLineOctets(int length) {
    return Math.min(length, QPOPPER_BUFFER);
  }

  /// The value of a variable; empty if the message has none.
  public Optional<String> of(Source source) {
    return switch (source) {
      case XUIDL -> value("X-UIDL");
      case MESSAGE_ID -> value("Message-ID");
      case MD5_POPA3D -> Optional.of(popa3d());
      case MD5_DOVECOT -> Optional.of(dovecot());
      case MD5_QPOPPER -> Optional.of(HexFormat.of().formatHex(qpopper(false)));
      case MD5_QPOPPER4 -> Optional.of(radix80(qpopper(true)));
      case UID, UIDVALIDITY -> Optional.empty();
    };
  }

  private Optional<String> value(String name) {
    var field = new HeaderReader(header, 0, header.length);
    while (field.next()) {
      if (field.isNamed(name)) {
        return field.isFolded() ? Optional.empty() : Optional.of(field.value());
      }
    }
    return Optional.empty();
  }

  /// The fields that popa3d takes for those that no mail program changes, whole.
  private enum Fixed {
    RECEIVED("Received"),
    DELIVERED_TO("Delivered-To"),
    DATE("Date"),
    MESSAGE_ID("Message-ID"),
    X_DELIVERY_ID("X-Delivery-ID");

    private final String fieldName;

    Fixed(String fieldName) {
      this.fieldName = fieldName;
    }

    private static Optional<Fixed> of(HeaderReader field) {
      for (var each : values()) {
        if (field.isNamed(each.fieldName)) {
          return Optional.of(each);
        }
      }
      return Optional.empty();
    }
  }

  /// Takes part of a header in.
  @FunctionalInterface
  private interface Part {
    void add(MessageDigest digest, HeaderReader field);
  }

  /// The first Received field, Date and Message-ID as long as none was seen, and what the delivery
  /// agent added.
  private byte[] fixed(Part part) {
    var digest = md5();
    boolean received = false;
    var field = new HeaderReader(header, 0, header.length);
    while (field.next()) {
      var fixed = Fixed.of(field);
      boolean counts =
          fixed.isPresent()
              && (!received
                  || EnumSet.of(Fixed.DELIVERED_TO, Fixed.X_DELIVERY_ID).contains(fixed.get()));
      if (counts) {
        part.add(digest, field);
        received |= fixed.get() == Fixed.RECEIVED;
      }
    }
    return digest.digest();
  }

  /// Lines as they stand there. The digest's first eight octets are printed as two numbers of a
  /// little-endian machine.
  private String popa3d() {
    byte[] digest =
        fixed((md5, field) -> md5.update(header, field.start(), field.end() - field.start()));
    var id = new StringBuilder();
    for (int group = 0; group < 2; group++) {
      for (int i = GROUP - 1; i >= 0; i--) {
        HexFormat.of().toHexDigits(id, digest[GROUP * group + i]);
      }
    }
    return id.toString();
  }

  /// Values of the same fields without line ends and the blank behind the colon.
  private String dovecot() {
    return HexFormat.of().formatHex(fixed(this::addValue));
  }

  private void addValue(MessageDigest digest, HeaderReader field) {
    int at = field.start();
    while (header[at] != ':') {
      at++;
    }
    at++;
    if (at < field.end() && (header[at] == ' ' || header[at] == '\t')) {
      at++;
    }
    while (at < field.end()) {
      int end = at;
      while (end < field.end() && header[end] != '\n') {
        end++;
      }
      boolean crlf = end > at && header[end - 1] == '\r';
      digest.update(header, at, (crlf ? end - 1 : end) - at);
      at = end + 1;
    }
  }

  /// The From_ line and the first lines of some fields, each as far as qpopper reads it at a time.
  ///
  /// @param again whether the From_ line counts once more, behind all
  private byte[] qpopper(boolean again) {
    var digest = md5();
    addLine(digest, fromLine, 0, fromLine.length);
    int at = 0;
    while (at < header.length && header[at] != '\n') {
      int end = at;
      while (end < header.length && header[end] != '\n') {
        end++;
      }
      end = Math.min(end + 1, header.length);
      if (isNamed(at, "Received:")
          || isNamed(at, "Date:")
          || isNamed(at, "Message-Id:")
          || isNamed(at, "Subject:")) {
        addLine(digest, header, at, end);
      }
      at = end;
    }
    if (again) {
      addLine(digest, fromLine, 0, fromLine.length);
    }
    return digest.digest();
  }

  private boolean isNamed(int at, String name) {
    return at + name.length() <= header.length
        && new String(header, at, name.length(), ISO_8859_1).equalsIgnoreCase(name);
  }

  private static void addLine(MessageDigest digest, byte[] in, int from, int to) {
    int end = from;
    while (end < Math.min(to, from + QPOPPER_BUFFER - 1) && in[end] != 0) {
      end++;
    }
    digest.update(in, from, end - from);
  }

  /// How qpopper 4 prints a digest: of each four octets, of which it keeps little, five digits.
  private static String radix80(byte[] digest) {
    var id = new StringBuilder();
    for (int group = 0; group < digest.length; group += GROUP) {
      long value = 0;
      for (int i = 0; i < GROUP; i++) {
        value = (value << GROUP) + Byte.toUnsignedInt(digest[group + i]);
      }
      for (int i = 0; i < DIGITS_OF_GROUP; i++) {
        char digit = (char) (FIRST_DIGIT + value % RADIX);
        id.append(digit == '.' ? '~' : digit);
        value /= RADIX;
      }
    }
    return id.toString();
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("MD5 is part of every JDK", e);
    }
  }
}
