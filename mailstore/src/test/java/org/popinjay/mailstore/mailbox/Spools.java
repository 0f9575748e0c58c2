package org.popinjay.mailstore.mailbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.popinjay.mailstore.Letters;

/// Makes spools as delivery agents leave them, the same octets for the same seed, and reads them in
/// the simplest way there is.
///
/// Every message has a serial number ([Letters#serial]).
public final class Spools {
  private static final String FROM = "From ";

  private Spools() {}

  /// What is special about a message.
  public enum Kind {
    /// A few lines of text.
    PLAIN,
    /// Two parts, one in base64.
    MIME,
    /// Octets above 127 in header and body, in no particular encoding.
    EIGHT_BIT,
    /// Lines that begin like a From_ line, to be quoted by the delivery agent.
    FROM_LINES,
    /// Lines that begin with dots.
    DOTS,
    /// Lines far longer than any buffer should have to be.
    LONG_LINES,
    /// NUL octets.
    NUL,
    /// CR where no line ends.
    BARE_CR,
    /// No body.
    EMPTY_BODY,
    /// Not even the blank line behind the header.
    HEADER_ONLY,
    /// More than one empty line at the end.
    EMPTY_LINES_AT_END,
    /// Bookkeeping fields that the sender made up.
    FORGED_FIELDS
  }

  /// A message with LF line ends, as it comes from the network: nothing quoted, no From_ line.
  public static byte[] message(Kind kind, int serial, RandomGenerator random) {
    var text =
        new StringBuilder("Received: by mx.example.org; Thu, 9 Nov 2023 22:33:52 +0000\n")
            .append("From: tea@example.org\nX-Serial: %d\n".formatted(serial))
            .append("Message-ID: <%d.%x@example.org>\n".formatted(serial, random.nextLong()))
            .append("Date: Thu, 9 Nov 2023 22:33:%02d +0000\n".formatted(serial % 60));
    switch (kind) {
      case PLAIN -> text.append("Subject: plain\n\n").append(lines(random, 'a', 'z'));
      case MIME -> mime(text, random);
      case EIGHT_BIT ->
          text.append("Subject: \u00e4\u00f6\u00fc\u00ff\n\n")
              .append(lines(random, '\u0080', '\u00ff'));
      case FROM_LINES ->
          text.append("Subject: From here\n\nFrom the start\n\nFrom me\n>From you\n\n")
              .append("From git Mon Sep 17 00:00:00 2001\n From\nfrom x\n\nFrom\nFrom \n");
      case DOTS ->
          text.append("Subject: dots\n.field: x\n\n.\n..\n.x\n").append(lines(random, '.', '/'));
      case LONG_LINES ->
          text.append("Subject: long\n\n")
              .append(".x".repeat(random.nextInt(1, 20_000)))
              .append('\n');
      case NUL ->
          text.append("Subject: nul\0l\n\n\0").append(lines(random, '\0', '\t')).append("\0\n");
      case BARE_CR -> text.append("Subject: cr\rx\n\na\rb\r\rc\r\r\nlast\r\n");
      case EMPTY_BODY -> text.append("Subject: empty\n\n");
      case HEADER_ONLY -> text.append("Subject: header only\n");
      case EMPTY_LINES_AT_END -> text.append("Subject: blank\n\ntext\n\n\n\n");
      case FORGED_FIELDS ->
          text.append("Status: RO\nX-Status: D\nX-UID: 4294967295\nX-IMAPbase: 1 4294967295 evil\n")
              .append("X-Keywords: evil\nContent-Length: 100000\nX-Popinjay: q=rd\n")
              .append("Subject: forged\n\n>From me\nStatus: body\n");
    }
    return text.toString().getBytes(ISO_8859_1);
  }

  /// Lines of octets between the two, LF and CR left out.
  private static String lines(RandomGenerator random, char first, char last) {
    var text = new StringBuilder();
    for (int line = random.nextInt(20); line >= 0; line--) {
      for (int i = random.nextInt(78); i > 0; i--) {
        char octet = (char) random.nextInt(first, last + 1);
        text.append(octet == '\n' || octet == '\r' ? ' ' : octet);
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static void mime(StringBuilder text, RandomGenerator random) {
    byte[] attachment = new byte[random.nextInt(1, 3000)];
    random.nextBytes(attachment);
    text.append("Subject: parts\nMIME-Version: 1.0\n")
        .append("Content-Type: multipart/mixed;\n\tboundary=\"=_x\"\n\n--=_x\n")
        .append("Content-Type: text/plain\n\n")
        .append(lines(random, 'a', 'z'))
        .append("--=_x\nContent-Type: application/octet-stream\n")
        .append("Content-Transfer-Encoding: base64\n\n")
        .append(Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(attachment))
        .append("\n--=_x--\n");
  }

  /// A message as a delivery agent puts it into a spool: From_ line, lines that begin with `From `
  /// quoted, last line completed, blank line behind it.
  ///
  /// @param message line ends LF
  public static byte[] stored(byte[] message) {
    var text = new String(message, ISO_8859_1);
    var spool = new StringBuilder("From tea@example.org Thu Nov  9 22:33:52 2023\n");
    spool.append((text.startsWith(FROM) ? ">" : "") + text.replace("\n" + FROM, "\n>" + FROM));
    if (!text.endsWith("\n")) {
      spool.append('\n');
    }
    return spool.append('\n').toString().getBytes(ISO_8859_1);
  }

  /// A spool with these messages, each as [#stored].
  public static byte[] spool(List<byte[]> messages) {
    var spool = new ByteArrayOutputStream();
    messages.forEach(message -> spool.writeBytes(stored(message)));
    return spool.toByteArray();
  }

  /// A spool with messages of all kinds, serial numbers from 0.
  public static byte[] mixed(int count, long seed) {
    return spool(mixedMessages(count, seed));
  }

  /// The messages of [#mixed], as they were before they were stored.
  public static List<byte[]> mixedMessages(int count, long seed) {
    var random = new SplittableRandom(seed);
    var messages = new ArrayList<byte[]>();
    for (int serial = 0; serial < count; serial++) {
      var kind = Kind.values()[random.nextInt(Kind.values().length)];
      messages.add(message(kind, serial, random));
    }
    return messages;
  }

  /// The same spool as a program on another system writes it: every line end CRLF.
  public static byte[] withCrlf(byte[] spool) {
    return new String(spool, ISO_8859_1)
        .replace("\r\n", "\n")
        .replace("\n", "\r\n")
        .getBytes(ISO_8859_1);
  }

  /// The same spool after its last writer died: the last octets are missing.
  ///
  /// @param octets how many; 1 leaves the last message without its blank line, 2 without the end of
  ///   its last line
  public static byte[] cut(byte[] spool, int octets) {
    return Arrays.copyOf(spool, spool.length - octets);
  }

  /// Reads a spool: a message begins behind a line `From ...` that is the first of the spool or
  /// follows an empty line, and ends before the empty line ahead of the next.
  ///
  /// @return the stored octets of each message, without From_ line and the empty line behind it
  public static List<byte[]> read(byte[] spool) {
    return extents(spool).stream()
        .map(extent -> withoutFrame(Arrays.copyOfRange(spool, extent[0], extent[1])))
        .toList();
  }

  /// Where each message begins with its From_ line and where the next one begins.
  static List<int[]> extents(byte[] spool) {
    var starts = new ArrayList<Integer>();
    boolean blankBefore = true;
    for (int start = 0; start < spool.length; ) {
      int end = start;
      while (end < spool.length && spool[end] != '\n') {
        end++;
      }
      var line = new String(spool, start, end - start, ISO_8859_1);
      if (blankBefore && line.startsWith(FROM)) {
        starts.add(start);
      }
      blankBefore = line.isEmpty() || line.equals("\r");
      start = end + 1;
    }
    var extents = new ArrayList<int[]>();
    for (int i = 0; i < starts.size(); i++) {
      int end = i + 1 < starts.size() ? starts.get(i + 1) : spool.length;
      extents.add(new int[] {starts.get(i), end});
    }
    return extents;
  }

  private static byte[] withoutFrame(byte[] stored) {
    var text = new String(stored, ISO_8859_1);
    text = text.substring(text.indexOf('\n') + 1);
    if (text.endsWith("\n\r\n")) {
      text = text.substring(0, text.length() - 2);
    } else if (text.endsWith("\n\n") || text.equals("\n")) {
      text = text.substring(0, text.length() - 1);
    }
    return text.getBytes(ISO_8859_1);
  }

  /// The serial numbers of the messages of a spool, in order, doubles included.
  public static List<Integer> serials(byte[] spool) {
    return read(spool).stream().map(Letters::serial).toList();
  }
}
