package org.popinjay.imap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popinjay.mailstore.MailboxName;

/// A client that comes back with what it remembers, with and without pairs of numbers and UIDs, has
/// what the mailbox has, also where the server has forgotten what was removed (RFC 7162, section
/// 3.2.5).
class QresyncReplicaTest {
  private static final Pattern VALIDITY = Pattern.compile("UIDVALIDITY (\\d+)");
  private static final Pattern HIGHEST = Pattern.compile("HIGHESTMODSEQ (\\d+)");
  private static final Pattern FETCHED =
      Pattern.compile("\\* \\d+ FETCH \\(UID (\\d+) FLAGS \\(([^)]*)\\).*");
  private static final int ROUNDS = 60;

  /// What a client keeps of a mailbox it has left.
  private static final class Replica {
    final Map<Long, String> flags = new TreeMap<>();
    String uidValidity = "";
    String modSeq = "";

    /// Comes back, and leaves again.
    void resynchronize(ImapTestClient client, SplittableRandom random) throws IOException {
      long last = flags.isEmpty() ? 1 : List.copyOf(flags.keySet()).getLast();
      var lines = client.ask("s SELECT INBOX" + (modSeq.isEmpty() ? "" : remembered(last, random)));
      assertThat(lines).last().asString().startsWith("s OK");
      var whole = String.join("\n", lines);
      if (modSeq.isEmpty()) {
        flags.putAll(all(client));
      }
      var vanished = new ArrayList<Long>();
      for (var line : lines) {
        if (line.startsWith("* VANISHED (EARLIER) ")) {
          uids(line.substring(line.lastIndexOf(' ') + 1)).forEach(vanished::add);
        }
      }
      flags.keySet().removeAll(vanished);
      lines.forEach(line -> learn(flags, line));
      uidValidity = group(VALIDITY, whole);
      modSeq = group(HIGHEST, whole);
      var there = all(client);
      assertThat(vanished).noneMatch(there::containsKey);
      // Of what came later nothing is told to who says what it knows: it asks.
      there.forEach((uid, its) -> {
        if (uid > last) {
          flags.put(uid, its);
        }
      });
      assertThat(flags).isEqualTo(there);
      client.expectOk("u UNSELECT");
    }

    private String remembered(long last, SplittableRandom random) {
      var all = List.copyOf(flags.keySet());
      var known =
          switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> " 1:" + last;
            default -> " 1:" + last + pairs(all, random);
          };
      return " (QRESYNC (" + uidValidity + " " + modSeq + known + "))";
    }

    /// Some of the numbers that its messages had, with their UIDs.
    private static String pairs(List<Long> all, SplittableRandom random) {
      var numbers = new ArrayList<String>();
      var uids = new ArrayList<String>();
      for (int number = 1; number <= all.size(); number++) {
        if (random.nextInt(3) > 0) {
          numbers.add(Integer.toString(number));
          uids.add(Long.toString(all.get(number - 1)));
        }
      }
      return numbers.isEmpty()
          ? ""
          : " (" + String.join(",", numbers) + " " + String.join(",", uids) + ")";
    }
  }

  private static Map<Long, String> all(ImapTestClient client) throws IOException {
    var all = new TreeMap<Long, String>();
    client.ask("f UID FETCH 1:* (FLAGS)").forEach(line -> learn(all, line));
    return all;
  }

  private static void learn(Map<Long, String> flags, String line) {
    var fetched = FETCHED.matcher(line);
    if (fetched.matches()) {
      // Who sees a message first is told besides, and is no property of it.
      flags.put(Long.valueOf(fetched.group(1)), fetched.group(2).replaceAll(" ?\\\\Recent", ""));
    }
  }

  private static LongStream uids(String set) {
    return Pattern.compile(",")
        .splitAsStream(set)
        .flatMapToLong(range -> {
          int colon = range.indexOf(':');
          return colon < 0
              ? LongStream.of(Long.parseLong(range))
              : LongStream.rangeClosed(
                  Long.parseLong(range.substring(0, colon)),
                  Long.parseLong(range.substring(colon + 1)));
        });
  }

  private static String group(Pattern pattern, String text) {
    var matcher = pattern.matcher(text);
    assertThat(matcher.find()).as(pattern.pattern()).isTrue();
    return matcher.group(1);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void comesToWhatTheMailboxIs(long seed) throws IOException {
    var random = new SplittableRandom(seed);
    var replicas = List.of(new Replica(), new Replica());
    try (var server = new ImapTestServer();
        var client = ImapTestClient.signedIn(server);
        var other = ImapTestClient.signedIn(server)) {
      client.expectOk("e ENABLE QRESYNC");
      other.expectOk("s SELECT INBOX");
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = random.nextInt(5); i > 0; i--) {
          server.store.deliver(ImapTestServer.USER, "Subject: tea\n\ntext\n".getBytes(US_ASCII));
        }
        other.expectOk("n NOOP");
        change(other, random);
        if (random.nextInt(4) == 0) {
          server.store.forgetRemovals(ImapTestServer.USER, MailboxName.INBOX);
        }
        replicas.get(random.nextInt(replicas.size())).resynchronize(client, random);
      }
      for (var replica : replicas) {
        replica.resynchronize(client, random);
      }
    }
  }

  private static void change(ImapTestClient other, SplittableRandom random) throws IOException {
    var uids = List.copyOf(all(other).keySet());
    var flagged = some(uids, random);
    if (!flagged.isEmpty()) {
      var operation = List.of("FLAGS", "+FLAGS", "-FLAGS").get(random.nextInt(3));
      other.expectOk("g UID STORE " + flagged + " " + operation + " (\\Seen $Tea)");
    }
    var removed = some(uids, random);
    if (!removed.isEmpty() && random.nextBoolean()) {
      other.expectOk("d UID STORE " + removed + " +FLAGS.SILENT (\\Deleted)");
      other.expectOk("x EXPUNGE");
    }
  }

  private static String some(List<Long> uids, SplittableRandom random) {
    int tenths = random.nextInt(6);
    return uids.stream()
        .filter(_ -> random.nextInt(10) < tenths)
        .map(String::valueOf)
        .collect(Collectors.joining(","));
  }
}
