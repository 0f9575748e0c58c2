package org.popinjay.mailstore;

import static org.popinjay.mailstore.Outcomes.done;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Messages on their way into a mailbox, for tests.
public final class Drafts {
  /// When messages of tests arrived, in a zone with half an hour in it.
  public static final InternalDate DATE = new InternalDate(1_700_000_000, 330);

  private static final List<String> PARTS =
      List.of(
          "\r\n",
          "\r\n",
          "\r\n",
          "\r\n\r\n",
          "\r",
          "\r\r\n",
          "From ",
          "\r\nFrom tea@example.org Thu Nov  9 22:33:52 2023\r\n",
          "\r\n\r\nFrom me",
          ">From ",
          ">>",
          "\r\nStatus: RO\r\n",
          "\r\nX-Popinjay-Esc-Status: RO\r\n",
          "\r\nx-popinjay: q=rd\r\n",
          "Content-Length: 3",
          "\r\n X-UID: 7\r\n",
          "\r\n\tfolded",
          "Subject: tea",
          "X-IMAP: 1 2",
          "\u00e4\u00ff\u0080",
          "\1\1\1\1\r\n",
          " ",
          "a",
          "F",
          "some text");

  private Drafts() {}

  /// Appends messages to a mailbox, without flags.
  public static StoreResult<Appended> append(
      Account account, MailboxName mailbox, byte[]... messages) {
    return append(account, mailbox, Flags.NONE, DATE, messages);
  }

  /// Appends messages to a mailbox.
  public static StoreResult<Appended> append(
      Account account, MailboxName mailbox, Flags flags, InternalDate date, byte[]... messages) {
    var drafts = new ArrayList<MessageDraft>();
    try {
      var appends = new ArrayList<Append>();
      for (var message : messages) {
        var draft = done(account.draft());
        drafts.add(draft);
        if (write(draft, message) instanceof StoreResult.Failed<Long>(StoreFailure failure)) {
          return StoreResult.failed(failure);
        }
        appends.add(new Append(draft, flags, date));
      }
      return account.append(mailbox, appends);
    } finally {
      drafts.forEach(MessageDraft::close);
    }
  }

  /// A draft of these octets.
  public static MessageDraft draft(Account account, byte[] message) {
    var draft = done(account.draft());
    done(write(draft, message));
    return draft;
  }

  /// Writes octets in pieces of several sizes.
  private static StoreResult<Long> write(MessageDraft draft, byte[] message) {
    int piece = 1;
    for (int at = 0; at < message.length; at += piece) {
      piece = Math.min(piece * 2 % 65_537, message.length - at);
      var octets = ByteBuffer.allocateDirect(piece).put(message, at, piece).flip();
      if (draft.write(octets) instanceof StoreResult.Failed<Long> failed) {
        return failed;
      }
    }
    return StoreResult.done(draft.octets());
  }

  /// A message as clients of all kinds make them, and worse; line ends CRLF, no NUL.
  public static byte[] random(long seed) {
    var random = new SplittableRandom(seed);
    var text = new StringBuilder();
    for (int i = random.nextInt(random.nextBoolean() ? 12 : 60); i > 0; i--) {
      if (random.nextInt(8) == 0) {
        for (int j = random.nextInt(20); j > 0; j--) {
          char octet = (char) random.nextInt(1, 256);
          text.append(octet == '\n' ? '\r' : octet);
        }
      } else {
        text.append(PARTS.get(random.nextInt(PARTS.size())));
      }
    }
    return octets(text.toString());
  }

  /// Messages with something odd about them; line ends CRLF.
  public static List<byte[]> odd() {
    var odd = new ArrayList<String>();
    odd.addAll(
        List.of(
            "a",
            "\r",
            "\r\n",
            "\r\r\n",
            "\r\n\r\n",
            "A: b",
            "A: b\r",
            "A: b\r\n",
            "A: b\r\n\r",
            "A: b\r\n\r\n",
            "A: b\r\n\r\n\r",
            "A: b\r\n\r\nbody",
            "A: b\r\n\r\nbody\r",
            "A: b\r\n\r\nbody\r\n\r\n\r\n",
            " begins with a blank\r\n\r\nbody\r\n",
            "From me Thu Nov  9 22:33:52 2023\r\nA: b\r\n\r\nFrom me\r\n",
            "A: b\r\n\r\n>From \r\n>>From\r\n>>>From x\r\n",
            "Status: RO\r\n folded\r\nX-UID: 1\r\n\r\nStatus: RO\r\n",
            "X-Popinjay-Esc-Status: RO\r\nx-popinjay-esc-: x\r\n\r\n",
            "X-Popinjay: n=eol\r\n\r\nbody\r\n",
            "Status",
            "Status:",
            "X-Popinjay-Esc-",
            "Content-Length: 100000\r\n\r\nbody\r\n",
            "A: b\r\n\r\n\r\nFrom",
            "\r\nFrom me Thu Nov  9 22:33:52 2023\r\n"));
    odd.add("long: " + "x".repeat(600_000) + "\r\n\r\nbody\r\n");
    odd.add(" long " + "x".repeat(1_100_000) + "\r\nStatus: RO\r\n\r\nbody");
    odd.add("A: b\r\n".repeat(5_000) + "Status: RO\r\n\r\nFrom me\r\n");
    odd.add("From x\r\n".repeat(20_000));
    odd.add("Subject: big\r\n\r\n" + "0123456789 tea\r\nFrom me\r\n".repeat(40_000));
    odd.add("Subject: one line\r\n\r\n" + "y".repeat(700_001));
    for (int pad : List.of(65_530, 65_533, 65_534, 65_535, 65_536, 262_141, 262_143, 262_144)) {
      odd.add("\r\n" + "z".repeat(pad) + "\r\nFrom me\r\r\n>From me");
    }
    return odd.stream().map(Drafts::octets).toList();
  }

  /// Octets of a text, a character each.
  public static byte[] octets(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  /// The text of octets.
  static String text(byte[] octets) {
    return new String(octets, java.nio.charset.StandardCharsets.ISO_8859_1)
        + Arrays.hashCode(octets);
  }
}
