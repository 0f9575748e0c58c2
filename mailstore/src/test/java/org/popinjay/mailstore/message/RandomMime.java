package org.popinjay.mailstore.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.popinjay.mailstore.message.Section.Kind;

/// Messages made by chance, with what their sections must be.
///
/// They are put together from pieces, so what a section is does not come from looking for
/// boundaries.
final class RandomMime {
  private static final int DEEPEST = 4;
  private static final List<String> WORDS =
      List.of(
          "tea", "pot", "-", "--", "--b", "\t", "caf\u00e9", "=", "From x", "a:b", ".", "", " ");
  private static final List<String> LEAVES =
      List.of(
          "text/plain; charset=us-ascii",
          "text/html; charset=\"utf-8\"",
          "image/png; name=\"a b.png\"",
          "application/octet-stream",
          "message/delivery-status");

  private final Random random;
  private final Map<Section, String> sections = new LinkedHashMap<>();
  private int boundaries;

  /// A message and its sections, octets as characters.
  record Made(String text, Map<Section, String> sections) {
    byte[] octets() {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /// A part: its header with blank line, and its body.
  private record Piece(String header, String body) {
    String all() {
      return header + body;
    }
  }

  private RandomMime(Random random) {
    this.random = random;
  }

  /// A message that keeps to the standards.
  static Made made(Random random) {
    var maker = new RandomMime(random);
    var message = maker.message(List.of(), 0);
    maker.sections.put(Section.of(Kind.WHOLE), message.all());
    maker.sections.put(Section.of(Kind.HEADER), message.header);
    maker.sections.put(Section.of(Kind.TEXT), message.body);
    return new Made(message.all(), maker.sections);
  }

  /// A message that somebody has cut, doubled or mangled.
  static byte[] broken(Random random) {
    var text = new StringBuilder(made(random).text());
    for (int i = 1 + random.nextInt(4); i > 0 && !text.isEmpty(); i--) {
      mangle(random, text);
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void mangle(Random random, StringBuilder text) {
    int from = random.nextInt(text.length());
    int to = Math.min(text.length(), from + 1 + random.nextInt(60));
    switch (random.nextInt(8)) {
      case 0 -> text.setLength(from);
      case 1 -> text.delete(from, to);
      case 2 -> text.insert(from, text.substring(from, to));
      case 3 -> text.insert(from, (char) random.nextInt(1, 256));
      case 4 -> {
        int line = text.indexOf("\r\n--", from);
        if (line >= 0) {
          text.delete(line, line + 4);
        }
      }
      case 5 -> {
        int line = text.indexOf("\r\n\r\n", from);
        if (line >= 0) {
          text.delete(line, line + 2);
        }
      }
      case 6 -> text.insert(from, "\r\n--b" + random.nextInt(3) + "\r\n");
      default -> {
        int line = text.indexOf("\r\n", from);
        if (line >= 0) {
          text.insert(line + 2, "Content-Type: message/rfc822\r\n\r\n");
        }
      }
    }
  }

  private Piece message(List<Integer> numbers, int depth) {
    var header = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      header.append("Subject: ").append(line()).append("\r\n");
    }
    header.append("From: \"A ").append(random.nextInt(9)).append("\" <a@b.c>\r\n");
    if (depth < DEEPEST && random.nextInt(3) > 0) {
      return multipart(header, numbers, depth);
    }
    var piece = leaf(header);
    put(Kind.WHOLE, numbers, 1, piece.body);
    put(Kind.MIME, numbers, 1, piece.header);
    return piece;
  }

  private Piece multipart(StringBuilder header, List<Integer> numbers, int depth) {
    var boundary = "b" + boundaries++ + (random.nextBoolean() ? "=_'() +,-./:=?" : "");
    header.append("Content-Type: Multipart/Mixed;\r\n\tboundary=\"").append(boundary);
    header.append("\"\r\n\r\n");
    var body = new StringBuilder(random.nextBoolean() ? "" : lines() + "\r\n");
    int count = 1 + random.nextInt(3);
    for (int i = 1; i <= count; i++) {
      body.append("--").append(boundary).append(blanks()).append("\r\n");
      body.append(part(numbers, i, depth + 1).all()).append("\r\n");
    }
    body.append("--").append(boundary).append("--").append(blanks());
    body.append(random.nextBoolean() ? "" : "\r\n" + lines());
    return new Piece(header.toString(), body.toString());
  }

  private Piece part(List<Integer> numbers, int number, int depth) {
    var own = new ArrayList<>(numbers);
    own.add(number);
    var piece =
        switch (depth < DEEPEST ? random.nextInt(4) : 0) {
          case 0, 1 -> leaf(new StringBuilder());
          case 2 -> multipart(new StringBuilder("Content-ID: <x>\r\n"), own, depth);
          default -> {
            var inner = message(own, depth);
            put(Kind.HEADER, own, inner.header);
            put(Kind.TEXT, own, inner.body);
            yield new Piece("Content-type: MESSAGE/rfc822\r\n\r\n", inner.all());
          }
        };
    put(Kind.WHOLE, own, piece.body);
    put(Kind.MIME, own, piece.header);
    return piece;
  }

  private Piece leaf(StringBuilder header) {
    if (random.nextInt(5) > 0) {
      header.append("Content-Type: ").append(LEAVES.get(random.nextInt(LEAVES.size())));
      header.append("\r\n");
    }
    return new Piece(header + "\r\n", lines());
  }

  private void put(Kind kind, List<Integer> numbers, int last, String text) {
    var own = new ArrayList<>(numbers);
    own.add(last);
    put(kind, own, text);
  }

  private void put(Kind kind, List<Integer> numbers, String text) {
    sections.put(new Section(numbers, kind), text);
  }

  private String blanks() {
    return random.nextInt(5) == 0 ? " \t" : "";
  }

  private String lines() {
    var text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(line()).append(i == 1 && random.nextBoolean() ? "" : "\r\n");
    }
    return text.toString();
  }

  private String line() {
    var text = new StringBuilder("x");
    if (random.nextInt(4) == 0) {
      text.setLength(0);
      text.append(random.nextBoolean() ? "--" : "");
    }
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(WORDS.get(random.nextInt(WORDS.size())));
    }
    // Not by chance a delimiter.
    return text.toString().startsWith("--b") ? "-" + text : text.toString();
  }
}
