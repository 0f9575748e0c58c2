package org.popinjay.server.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Mail that looks like somebody's, for the demo. The same seed gives the same octets everywhere.
///
/// Every eighth message is of one kind: plain, with lines that begin with a dot, 8-bit UTF-8, with
/// an attachment, with an HTML alternative, with `From ` lines, a reply with quotes, from a list.
final class DemoMail {
  private static final Instant FIRST = Instant.parse("2025-01-06T07:41:12Z");
  private static final DateTimeFormatter SEPARATOR_DATE =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);
  private static final DateTimeFormatter HEADER_DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);

  private static final List<Person> PEOPLE =
      List.of(
          new Person("Ada Marsh", "ada.marsh@harbour.example"),
          new Person("Tomás Núñez", "tomas@cooperage.example"),
          new Person("Keiko Ito", "keiko.ito@observatory.example"),
          new Person("Ben Okafor", "ben@signalbox.example"),
          new Person("Liesl Grün", "liesl.gruen@gartenbau.example"),
          new Person("Post Office", "MAILER-DAEMON@harbour.example"),
          new Person("Priya Raman", "priya@type-foundry.example"),
          new Person("Old Captain", "captain@parrot-society.example"));

  private static final List<String> SUBJECTS =
      List.of(
          "Minutes of the Tuesday meeting",
          "The parrot has learnt another word",
          "Invoice 2025-117",
          "Tea on Thursday?",
          "Timetable change from Monday",
          "Photographs from the regatta",
          "Draft of chapter four",
          "Lost: one umbrella, black",
          "Re-wiring of the lamp room",
          "Seeds for the south bed",
          "Your parcel is at the counter",
          "Questions about the old ledger");

  private static final List<String> SENTENCES =
      List.of(
          "The kettle in the signal box has been replaced, so tea is possible again.",
          "I walked along the quay this morning and counted eleven boats.",
          "Could you bring the second key when you come?",
          "Nothing urgent, but please answer before Friday.",
          "The figures for last month are better than we feared.",
          "He says the bird answers the telephone now, and politely.",
          "We moved the meeting by half an hour because of the tide.",
          "The printer promised the proofs for Wednesday; I would not count on it.",
          "If it rains we shall meet in the boat house instead.",
          "Attached is what I found in the drawer, make of it what you can.",
          "The catalogue lists four volumes, the shelf has three.",
          "My neighbour's apples are ripe and there are far too many of them.",
          "Please do not feed the popinjay biscuits, whatever it tells you.",
          "I have asked twice and was promised an answer both times.",
          "The new timetable leaves six minutes to change trains, which is plenty.",
          "Thank you for the photographs, the third one is splendid.");

  private static final List<String> UTF8_SENTENCES =
      List.of(
          "Grüße aus dem Gewächshaus, die Zäune sind gestrichen – endlich.",
          "El tonelero dice que mañana habrá señal: ¿vienes?",
          "Le café d’à côté est fermé jusqu’à lundi.",
          "明日の観測は雲のため中止です。",
          "Die Rechnung beträgt 117,40 € und ist bezahlt ✓",
          "Pójdź, kińże tę chmurność w głąb flaszy.");

  private final Random random;
  private final Person owner;
  private final StringBuilder mail = new StringBuilder();

  private DemoMail(Person owner, long seed) {
    this.owner = owner;
    this.random = new Random(seed);
  }

  /// A spool of so many messages, the older ones read.
  static byte[] spool(String user, String name, int messages, long seed) {
    var demo = new DemoMail(new Person(name, user + "@demo.example"), seed);
    var date = FIRST;
    for (int i = 0; i < messages; i++) {
      date = date.plusSeconds(3_600 + demo.random.nextInt(120_000));
      demo.message(i, i * 10 / messages, date.atZone(ZoneOffset.UTC));
    }
    return demo.mail.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void message(int number, int tenth, ZonedDateTime date) {
    var from = pick(PEOPLE);
    var subject = pick(SUBJECTS);
    mail.append("From ").append(from.address).append(' ').append(SEPARATOR_DATE.format(date));
    mail.append('\n');
    field("Return-Path", '<' + from.address + '>');
    field(
        "Received", "from mail." + domain(from) + " by demo.example; " + HEADER_DATE.format(date));
    field("Date", HEADER_DATE.format(date));
    field("From", encoded(from.name) + " <" + from.address + '>');
    field("To", encoded(owner.name) + " <" + owner.address + '>');
    field("Message-ID", "<" + date.toEpochSecond() + '.' + number + '@' + domain(from) + '>');
    switch (number % 8) {
      case 0 -> plain(subject, tenth, 3 + random.nextInt(20));
      case 1 -> dots(subject, tenth);
      case 2 -> utf8(subject, tenth);
      case 3 -> attachment(subject, tenth);
      case 4 -> alternative(subject, tenth);
      case 5 -> fromLines(subject, tenth);
      case 6 -> reply(subject, tenth, number);
      default -> list(subject, tenth);
    }
    mail.append('\n');
  }

  private void plain(String subject, int tenth, int lines) {
    textHeader(subject, tenth, "us-ascii", "7bit");
    text(lines);
    mail.append("\n-- \n").append(pick(PEOPLE).address).append('\n');
  }

  private void dots(String subject, int tenth) {
    textHeader(subject, tenth, "us-ascii", "7bit");
    text(2);
    mail.append(".\n..\n.profile is the file in question\n...and so on\n.\n");
    text(2);
  }

  private void utf8(String subject, int tenth) {
    textHeader(encoded(subject + " – " + "köstlich"), tenth, "utf-8", "8bit");
    for (int i = 0; i < 4 + random.nextInt(6); i++) {
      mail.append(pick(UTF8_SENTENCES)).append('\n');
    }
  }

  private void attachment(String subject, int tenth) {
    var boundary = "=_demo_" + Long.toHexString(random.nextLong());
    field("Subject", subject);
    field("MIME-Version", "1.0");
    field("Content-Type", "multipart/mixed; boundary=\"" + boundary + "\"");
    endHeader(tenth);
    mail.append("This is a multipart message in MIME format.\n\n--").append(boundary);
    mail.append("\nContent-Type: text/plain; charset=us-ascii\n\n");
    text(3);
    mail.append("\n--").append(boundary).append('\n');
    mail.append("Content-Type: image/bmp; name=\"regatta.bmp\"\n");
    mail.append("Content-Transfer-Encoding: base64\n");
    mail.append("Content-Disposition: attachment; filename=\"regatta.bmp\"\n\n");
    var encoder = Base64.getMimeEncoder(76, new byte[] {'\n'});
    mail.append(encoder.encodeToString(picture(16 + random.nextInt(64)))).append('\n');
    mail.append("\n--").append(boundary).append("--\n");
  }

  private void alternative(String subject, int tenth) {
    var boundary = "=_demo_" + Long.toHexString(random.nextLong());
    var sentence = pick(SENTENCES);
    field("Subject", subject);
    field("MIME-Version", "1.0");
    field("Content-Type", "multipart/alternative;\n\tboundary=\"" + boundary + "\"");
    endHeader(tenth);
    mail.append("--").append(boundary);
    mail.append("\nContent-Type: text/plain; charset=utf-8\n");
    mail.append("Content-Transfer-Encoding: quoted-printable\n\n");
    mail.append(sentence).append("\nMit freundlichen Gr=C3=BC=C3=9Fen=\n, Liesl\n\n--");
    mail.append(boundary).append("\nContent-Type: text/html; charset=utf-8\n\n");
    mail.append("<html><body><p>")
        .append(sentence)
        .append("</p><p>Mit freundlichen Gr&uuml;&szlig;en")
        .append("</p></body></html>\n\n--");
    mail.append(boundary).append("--\n");
  }

  private void fromLines(String subject, int tenth) {
    textHeader(subject, tenth, "us-ascii", "7bit");
    text(1);
    mail.append("\n>From the quay one sees the whole bay.\n");
    mail.append(">From now on the gate is locked at nine.\n>>From what I hear.\n");
    text(2);
  }

  private void reply(String subject, int tenth, int number) {
    field("In-Reply-To", "<earlier." + number + "@demo.example>");
    field(
        "References",
        "<first." + number + "@demo.example>\n <earlier." + number + "@demo.example>");
    textHeader("Re: " + subject, tenth, "us-ascii", "7bit");
    mail.append("On Monday, ").append(owner.name).append(" wrote:\n> ");
    mail.append(pick(SENTENCES)).append("\n> ").append(pick(SENTENCES)).append("\n\n");
    text(3 + random.nextInt(8));
  }

  private void list(String subject, int tenth) {
    field("List-Id", "Friends of parrots <friends.parrot-society.example>");
    field("List-Unsubscribe", "<mailto:friends-leave@parrot-society.example>");
    field("Precedence", "list");
    textHeader("[friends] " + subject, tenth, "us-ascii", "7bit");
    text(10 + random.nextInt(60));
  }

  private void textHeader(String subject, int tenth, String charset, String encoding) {
    field("Subject", subject);
    field("MIME-Version", "1.0");
    field("Content-Type", "text/plain; charset=" + charset);
    field("Content-Transfer-Encoding", encoding);
    endHeader(tenth);
  }

  /// Six tenths of the mail were read, three were seen in the list, the rest is new.
  private void endHeader(int tenth) {
    if (tenth < 9) {
      field("Status", tenth < 6 ? "RO" : "O");
    }
    mail.append('\n');
  }

  private void field(String name, String value) {
    mail.append(name).append(": ").append(value).append('\n');
  }

  private void text(int lines) {
    for (int i = 0; i < lines; i++) {
      mail.append(pick(SENTENCES)).append(i % 5 == 4 ? "\n\n" : "\n");
    }
  }

  /// A picture in the simplest format that mail clients show: sky, sea and some sails.
  private byte[] picture(int width) {
    int row = (width * 3 + 3) / 4 * 4;
    var bmp = ByteBuffer.allocate(54 + row * width).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put((byte) 'B').put((byte) 'M').putInt(bmp.capacity()).putInt(0).putInt(54);
    bmp.putInt(40).putInt(width).putInt(width).putShort((short) 1).putShort((short) 24);
    bmp.putInt(0).putInt(row * width).putInt(2835).putInt(2835).putInt(0).putInt(0);
    for (int y = 0; y < width; y++) {
      for (int x = 0; x < width; x++) {
        boolean sail = y > width / 3 && random.nextInt(40) == 0;
        int shade = 96 + y * 128 / width;
        bmp.put((byte) (sail ? 255 : shade + 31)).put((byte) (sail ? 255 : shade / 2 + 40));
        bmp.put((byte) (sail ? 255 : y < width / 3 ? 24 : shade / 3));
      }
      bmp.position(54 + (y + 1) * row);
    }
    return bmp.array();
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static String domain(Person person) {
    return person.address.substring(person.address.indexOf('@') + 1);
  }

  /// A header text, as an encoded word where it is not ASCII (RFC 2047, section 4.1).
  private static String encoded(String text) {
    if (text.chars().allMatch(c -> c < 0x80)) {
      return text;
    }
    var octets = text.getBytes(StandardCharsets.UTF_8);
    return "=?utf-8?B?" + Base64.getEncoder().encodeToString(octets) + "?=";
  }

  private record Person(String name, String address) {}
}
