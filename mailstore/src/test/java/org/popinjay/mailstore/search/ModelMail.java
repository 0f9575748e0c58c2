package org.popinjay.mailstore.search;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A made-up message that knows what it says, so that nothing has to be parsed to know what a
/// search must find in it.
///
/// @param raw what is delivered, each octet a character, line ends LF
/// @param header fields of the message, decoded
/// @param partHeaders whole fields of parts, decoded
/// @param texts decoded bodies of text parts and whole fields of messages inside
/// @param sent day of the `Date:` field
record ModelMail(
    String raw,
    List<Field> header,
    List<String> partHeaders,
    List<String> texts,
    @Nullable LocalDate sent) {

  /// What is delivered.
  byte[] octets() {
    return raw.getBytes(ISO_8859_1);
  }

  /// @param separator what stands between name and value
  record Field(String name, String separator, String value) {
    /// The field as a whole.
    String text() {
      return name + separator + value;
    }
  }

  /// Words of mails and needles; some of them look like what they are not.
  static final List<String> WORDS =
      List.of(
          "tea",
          "Teapot",
          "of",
          "clay",
          "CLAY-7",
          "café",
          "naïve",
          "Straße",
          "чай",
          "Чайник",
          "東京",
          "茶",
          "fi\uFB01n",
          "a\u00A0b",
          "x=y",
          "=?",
          "?=",
          "=20",
          "--",
          "--=_1",
          "K\u212A",
          "report.pdf",
          "charset=utf-16",
          "Content-Type: application/pdf",
          "base64",
          "Content-Transfer-Encoding: base64",
          "50%",
          "c:",
          "\uD83C\uDF75",
          "E\u0301t\u00E9");

  private static final List<String> CHARSETS =
      List.of(
          "us-ascii",
          "UTF-8",
          "utf-8",
          "iso-8859-1",
          "windows-1252",
          "koi8-r",
          "windows-1251",
          "iso-2022-jp",
          "gb18030",
          "utf-16",
          "Shift_JIS");

  /// Writes a mail, choosing all that can be chosen.
  static final class Writer {
    private final Random random;
    private final List<Field> header = new ArrayList<>();
    private final List<String> partHeaders = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private @Nullable LocalDate sent;
    private int boundaries;

    Writer(Random random) {
      this.random = random;
    }

    ModelMail write() {
      var out = new ByteArrayOutputStream();
      message(out, true, 0);
      return new ModelMail(out.toString(ISO_8859_1), header, partHeaders, texts, sent);
    }

    private void message(ByteArrayOutputStream out, boolean top, int depth) {
      field(out, top, "Received", "from a.example by b.example; " + words(3, US_ASCII));
      if (random.nextInt(4) > 0) {
        var day = LocalDate.of(2023, 1 + random.nextInt(2), 1 + random.nextInt(3));
        var month = day.getMonthValue() == 1 ? "Jan" : "Feb";
        if (top) {
          sent = day;
        }
        field(out, top, "Date", day.getDayOfMonth() + " " + month + " 2023 23:59:00 -0800");
      }
      if (random.nextInt(5) > 0) {
        field(out, top, "Subject", words(1 + random.nextInt(6), UTF_8));
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        field(out, top, "X-Note", words(1 + random.nextInt(3), UTF_8));
      }
      part(out, top ? 0 : 1, depth);
    }

    /// Writes a field in one of the ways that mail has, folded somewhere.
    private void field(ByteArrayOutputStream out, boolean top, String name, String value) {
      if (top) {
        header.add(new Field(name, ": ", value));
      } else {
        texts.add(name + ": " + value);
      }
      var line = new StringBuilder(name + ": ");
      boolean ascii = US_ASCII.newEncoder().canEncode(value) && !value.contains("=?");
      if (ascii || (random.nextInt(4) == 0 && !value.contains("=?"))) {
        line.append(fold(value));
        put(out, line + "\n", UTF_8);
      } else {
        var charset = random.nextBoolean() || !canEncode("gb18030", value) ? "utf-8" : "GB18030";
        line.append(encodedWords(value, charset));
        put(out, line + "\n", US_ASCII);
      }
    }

    private String fold(String value) {
      int blank = value.indexOf(' ', random.nextInt(value.length() + 1));
      return blank > 0 && random.nextBoolean()
          ? value.substring(0, blank) + "\n" + value.substring(blank)
          : value;
    }

    /// One word, or two whose parting blank is not part of the text.
    private String encodedWords(String value, String charset) {
      int middle = value.offsetByCodePoints(0, value.codePointCount(0, value.length()) / 2);
      return random.nextBoolean()
          ? encodedWord(value, charset)
          : encodedWord(value.substring(0, middle), charset)
              + (random.nextBoolean() ? "\n " : " ")
              + encodedWord(value.substring(middle), charset);
    }

    private String encodedWord(String value, String charset) {
      byte[] octets = value.getBytes(Charset.forName(charset));
      if (random.nextBoolean()) {
        return "=?" + charset + "?B?" + Base64.getEncoder().encodeToString(octets) + "?=";
      }
      var word = new StringBuilder("=?" + charset + "?q?");
      for (byte octet : octets) {
        boolean plain = Character.isLetterOrDigit(octet) && octet > 0;
        word.append(octet == ' ' ? "_" : plain ? (char) octet : "=%02X".formatted(octet & 0xFF));
      }
      return word.append("?=").toString();
    }

    /// @param headerKind 0 for the message itself, 1 for a message inside, 2 for a part
    private void part(ByteArrayOutputStream out, int headerKind, int depth) {
      switch (depth > 3 ? 0 : random.nextInt(8)) {
        case 0, 1, 2, 3 -> text(out, headerKind);
        case 4, 5 -> multipart(out, headerKind, depth);
        case 6 -> media(out, headerKind);
        default -> inner(out, headerKind, depth);
      }
    }

    private void mime(ByteArrayOutputStream out, int headerKind, String name, String value) {
      var field = new Field(name, random.nextInt(9) == 0 ? " : " : ": ", value);
      put(out, field.text() + "\n", US_ASCII);
      if (headerKind == 0) {
        header.add(field);
      } else {
        (headerKind == 1 ? texts : partHeaders).add(field.text());
      }
    }

    private void text(ByteArrayOutputStream out, int headerKind) {
      var name = CHARSETS.get(random.nextInt(CHARSETS.size()));
      boolean said = random.nextInt(4) > 0;
      var charset = said ? Charset.forName(name) : UTF_8;
      var body = lines(charset);
      int encoding = random.nextInt(3);
      if (name.equals("utf-16") && said) {
        encoding = 1;
      }
      boolean typeLast = random.nextBoolean();
      var type = (random.nextBoolean() ? "text/plain" : "TEXT/html") + "; charset=" + name;
      if (said && !typeLast) {
        mime(out, headerKind, "Content-Type", type);
      }
      if (encoding > 0) {
        mime(
            out,
            headerKind,
            "Content-Transfer-Encoding",
            encoding == 1 ? "base64" : "Quoted-Printable");
      }
      if (said && typeLast) {
        mime(out, headerKind, "Content-type", type);
      }
      texts.add(body);
      put(out, "\n", US_ASCII);
      byte[] octets = body.getBytes(charset);
      put(
          out,
          switch (encoding) {
            case 1 -> Base64.getMimeEncoder(60, new byte[] {'\n'}).encodeToString(octets);
            case 2 -> quotedPrintable(octets);
            default -> new String(octets, ISO_8859_1);
          },
          ISO_8859_1);
    }

    private static String quotedPrintable(byte[] octets) {
      var out = new StringBuilder();
      int column = 0;
      for (byte octet : octets) {
        if (octet == '\n') {
          out.append('\n');
          column = 0;
          continue;
        }
        boolean plain = octet > ' ' && octet < 0x7F && octet != '=';
        out.append(plain ? "" + (char) octet : "=%02X".formatted(octet & 0xFF));
        if (++column % 17 == 0) {
          out.append("=\n");
        }
      }
      return out.toString();
    }

    private void multipart(ByteArrayOutputStream out, int headerKind, int depth) {
      var boundary = "=_" + ++boundaries + "_" + random.nextInt(1000);
      mime(out, headerKind, "Content-Type", "multipart/mixed; boundary=\"" + boundary + "\"");
      put(out, "\n" + (random.nextBoolean() ? "preamble zebra\n" : ""), US_ASCII);
      int parts = 1 + random.nextInt(3);
      for (int i = 0; i < parts; i++) {
        put(out, "--" + boundary + "\n", US_ASCII);
        part(out, 2, depth + 1);
        put(out, "\n", US_ASCII);
      }
      put(out, "--" + boundary + "--\nepilogue zebra\n", US_ASCII);
    }

    private void media(ByteArrayOutputStream out, int headerKind) {
      mime(out, headerKind, "Content-Type", "application/octet-stream");
      if (random.nextBoolean()) {
        mime(out, headerKind, "Content-Disposition", "attachment; filename=\"Teapot report.pdf\"");
      } else {
        var extended = "attachment; filename*=utf-8''tea%20caf%C3%A9.pdf";
        mime(out, headerKind, "Content-Disposition", extended);
        (headerKind == 1 ? texts : partHeaders).add("tea café.pdf");
      }
      boolean base64 = random.nextBoolean();
      mime(out, headerKind, "Content-Transfer-Encoding", base64 ? "base64" : "7bit");
      put(out, "\n" + (base64 ? "dGVhIHplYnJh\n" : "tea zebra clay\n"), US_ASCII);
    }

    private void inner(ByteArrayOutputStream out, int headerKind, int depth) {
      mime(out, headerKind, "Content-Type", "message/rfc822");
      put(out, "\n", US_ASCII);
      message(out, false, depth + 1);
    }

    private String lines(Charset charset) {
      var lines = new StringBuilder();
      for (int line = random.nextInt(5); line >= 0; line--) {
        lines.append(words(random.nextInt(6), charset)).append('\n');
      }
      return lines.toString();
    }

    private String words(int count, Charset charset) {
      var words = new StringBuilder();
      for (int i = 0; i < count; i++) {
        var word = WORDS.get(random.nextInt(WORDS.size()));
        if (charset.newEncoder().canEncode(word)) {
          words.append(words.isEmpty() ? "" : " ").append(word);
        }
      }
      return words.toString();
    }

    private static boolean canEncode(String charset, String text) {
      return Charset.forName(charset).newEncoder().canEncode(text);
    }

    private static void put(ByteArrayOutputStream out, String text, Charset charset) {
      out.writeBytes(text.getBytes(charset));
    }
  }
}
