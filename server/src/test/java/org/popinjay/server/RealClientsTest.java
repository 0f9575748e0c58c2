package org.popinjay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs that others wrote fetch and delete mail, and the spool is looked at afterwards.
///
/// Where curl or python3 is missing these are reported as skipped; `.ci/run` installs both.
class RealClientsTest {
  private static final String POPLIB =
      """
      import poplib, sys, os
      folder, port = sys.argv[1], int(sys.argv[2])
      box = poplib.POP3("127.0.0.1", port, timeout=60)
      box.user("tea")
      box.pass_("kettle")
      poplib._MAXLINE = 1 << 20
      sizes = [int(row.split()[1]) for row in box.list()[1]]
      names = [row.split()[1] for row in box.uidl()[1]]
      assert len(set(names)) == len(sizes), names
      assert box.stat() == (len(sizes), sum(sizes)), (box.stat(), sizes)
      for number, size in enumerate(sizes, 1):
          octets = b"".join(line + b"\\r\\n" for line in box.retr(number)[1])
          assert len(octets) == size, (number, len(octets), size)
          with open(os.path.join(folder, str(number)), "wb") as f:
              f.write(octets)
      top = box.top(1, 0)[1]
      assert top[-1] == b"" or top[-1].startswith(b"Message-ID"), top
      for number in sys.argv[3:]:
          box.dele(int(number))
      print(box.quit().decode())
      """;

  private static final String IMAPLIB =
      """
      import imaplib, sys, os
      folder, port = sys.argv[1], int(sys.argv[2])
      def ok(answer):
          assert answer[0] == "OK", answer
          return answer[1]
      box = imaplib.IMAP4("127.0.0.1", port, timeout=60)
      assert "LOGINDISABLED" not in box.capabilities, box.capabilities
      ok(box.login("tea", "kettle"))
      assert "UIDPLUS" in box.capability()[1][-1].decode().split()
      ok(box.namespace())
      names = [row.decode() for row in ok(box.list())]
      assert names == ['(\\\\HasNoChildren) "/" INBOX'], names
      count = int(ok(box.select("INBOX"))[0])
      assert b"MESSAGES %d" % count in ok(box.status("INBOX", "(MESSAGES UNSEEN)"))[0]
      uids = ok(box.uid("SEARCH", "ALL"))[0].split()
      assert len(uids) == count, uids
      for number, uid in enumerate(uids, 1):
          answer = ok(box.uid("FETCH", uid, "(RFC822.SIZE BODY.PEEK[])"))
          octets = answer[0][1]
          assert b"RFC822.SIZE %d" % len(octets) in answer[0][0], answer[0][0]
          with open(os.path.join(folder, str(number)), "wb") as f:
              f.write(octets)
      for number in sys.argv[3:]:
          ok(box.store(number, "+FLAGS.SILENT", "(\\\\Deleted)"))
      gone = [int(row) for row in ok(box.expunge())]
      assert len(gone) == len(sys.argv[3:]), gone
      ok(box.noop())
      ok(box.create("Drinks"))
      ok(box.close())
      assert int(ok(box.select("Drinks"))[0]) == 0
      ok(box.unselect())
      ok(box.delete("Drinks"))
      print(box.logout()[0])
      """;

  @TempDir Path folder;

  @Test
  void curlGetsEveryOctet() throws Exception {
    assumePresent("curl");
    var spool = spool();
    try (var served = Served.start(folder)) {
      var url = "pop3://127.0.0.1:" + served.pop3().getPort() + "/";
      assertThat(run("curl", "-sS", "--user", "tea:kettle", url).lines())
          .hasSize(Spool.AWKWARD.size());
      for (int number = 1; number <= Spool.AWKWARD.size(); number++) {
        var file = folder.resolve("got");
        run("curl", "-sS", "--user", "tea:kettle", "-o", file.toString(), url + number);
        assertThat(Files.readAllBytes(file))
            .as("message %d", number)
            .isEqualTo(spool.onTheWire(number));
      }
    }
    assertThat(spool.stored()).isEqualTo(Spool.AWKWARD);
  }

  @Test
  void curlSignsInBySasl() throws Exception {
    assumePresent("curl");
    spool();
    try (var served = Served.start(folder)) {
      var url = "pop3://127.0.0.1:" + served.pop3().getPort() + "/";
      for (var mechanism : List.of("AUTH=PLAIN", "AUTH=LOGIN")) {
        assertThat(
                run("curl", "-sS", "--login-options", mechanism, "--user", "tea:kettle", url)
                    .lines())
            .as(mechanism)
            .hasSize(Spool.AWKWARD.size());
      }
    }
  }

  @Test
  void curlDeletesWhatItNames() throws Exception {
    assumePresent("curl");
    var spool = spool();
    try (var served = Served.start(folder)) {
      var url = "pop3://127.0.0.1:" + served.pop3().getPort() + "/2";
      run("curl", "-sS", "--user", "tea:kettle", "-X", "DELE", "-l", url);
    }
    var left = new ArrayList<>(Spool.AWKWARD);
    left.remove(1);
    assertThat(spool.stored()).isEqualTo(left);
  }

  @Test
  void curlGetsEveryOctetByImap() throws Exception {
    assumePresent("curl");
    var spool = spool();
    try (var served = Served.start(folder)) {
      var url = "imap://127.0.0.1:" + served.imap().getPort() + "/";
      assertThat(run("curl", "-sS", "--user", "tea:kettle", url))
          .isEqualTo("* LIST (\\HasNoChildren) \"/\" INBOX\r\n");
      for (int number = 1; number <= Spool.AWKWARD.size(); number++) {
        var file = folder.resolve("got");
        var message = url + "INBOX;MAILINDEX=" + number;
        run("curl", "-sS", "--user", "tea:kettle", "-o", file.toString(), message);
        assertThat(Files.readAllBytes(file))
            .as("message %d", number)
            .isEqualTo(spool.onTheWire(number));
      }
      for (var mechanism : List.of("AUTH=PLAIN", "AUTH=LOGIN")) {
        run("curl", "-sS", "--login-options", mechanism, "--user", "tea:kettle", url);
      }
    }
  }

  @Test
  void imaplibGetsEveryOctetAndExpungesWhatItNames() throws Exception {
    assumePresent("python3");
    var spool = spool();
    Files.createDirectories(folder.resolve("folders/tea"));
    var got = Files.createDirectory(folder.resolve("got"));
    try (var served = Served.start(folder)) {
      var port = Integer.toString(served.imap().getPort());
      assertThat(run("python3", "-c", IMAPLIB, got.toString(), port, "1", "4", "7"))
          .startsWith("BYE");
    }
    for (int number = 1; number <= Spool.AWKWARD.size(); number++) {
      assertThat(got.resolve(Integer.toString(number)))
          .as("message %d", number)
          .hasBinaryContent(spool.onTheWire(number));
    }
    assertThat(spool.stored())
        .containsExactly(
            Spool.AWKWARD.get(1), Spool.AWKWARD.get(2), Spool.AWKWARD.get(4), Spool.AWKWARD.get(5));
  }

  @Test
  void poplibGetsEveryOctetAndDeletesWhatItNames() throws Exception {
    assumePresent("python3");
    var spool = spool();
    var got = Files.createDirectory(folder.resolve("got"));
    try (var served = Served.start(folder)) {
      var port = Integer.toString(served.pop3().getPort());
      assertThat(run("python3", "-c", POPLIB, got.toString(), port, "1", "4", "7"))
          .startsWith("+OK");
    }
    for (int number = 1; number <= Spool.AWKWARD.size(); number++) {
      assertThat(got.resolve(Integer.toString(number)))
          .as("message %d", number)
          .hasBinaryContent(spool.onTheWire(number));
    }
    assertThat(spool.stored())
        .containsExactly(
            Spool.AWKWARD.get(1), Spool.AWKWARD.get(2), Spool.AWKWARD.get(4), Spool.AWKWARD.get(5));
  }

  private Spool spool() throws IOException {
    Files.createDirectories(folder.resolve("spool"));
    return Spool.write(folder.resolve("spool/tea"), Spool.AWKWARD);
  }

  private String run(String... command) throws IOException, InterruptedException {
    var errors = folder.resolve("errors");
    var process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(() -> read(errors)).isZero();
    return output;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void assumePresent(String program) {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
        program + " is not installed");
  }
}
