package org.popinjay.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.yaml.LoadResult;
import org.popinjay.config.yaml.YamlConfigLoader;
import org.popinjay.mailstore.Access;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.MailboxName;
import org.popinjay.mailstore.MailboxView;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.mbox.MboxStoreProvider;
import org.popinjay.mailstore.search.SearchEvaluator;
import org.popinjay.mailstore.search.SearchKey;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Posix;
import org.popinjay.posix.UserIdentity;

/// How long a search of a mailbox takes that has to read its messages. Questions: what does it cost
/// to read them, to exclude those that cannot match, and to decode the rest?
///
/// Each figure is of one search of 10,000 messages, 78 MB as stored, in the page cache. Of 20
/// messages 9 are plain, 3 are 8-bit text, 3 have a part in quoted-printable and 5 an attachment.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
    })
public class SearchBenchmark {
  private static final int MESSAGES = 10_000;
  private static final String USER = "tea";

  /// What is looked for: `all` reads nothing.
  @Param({"all", "subject", "from", "bodyOfOne", "bodyOfMost", "textOfSome", "bodyNotAscii"})
  String search = "";

  private final Random random = new Random(9051);
  private SearchKey key = new SearchKey.All();
  private Path folder = Path.of("");
  private @Nullable MailStore store;
  private @Nullable MailboxView view;

  /// Writes the spool and opens it.
  @Setup
  public void open() throws IOException, StoreStartException {
    folder = Files.createTempDirectory("popinjay");
    writeSpool(Files.createDirectory(folder.resolve("spool")).resolve(USER));
    var settings =
        """
        version: 1
        mail:
          spool: %1$s/spool/{user}
          state: %1$s/state
          identity: process
        """
            .formatted(folder);
    var loaded =
        new YamlConfigLoader(Map.of())
            .parse("benchmark", folder, settings.getBytes(ISO_8859_1), List.of());
    if (!(loaded instanceof LoadResult.Loaded(PopinjayConfig config, _))) {
      throw new IllegalStateException("settings of the benchmark: " + loaded);
    }
    var surroundings =
        new StoreSurroundings(
            Posix.files(),
            UserIdentity.process(),
            InstantSource.system(),
            RandomGenerator.getDefault(),
            StoreEvents.NONE);
    var opened = new MboxStoreProvider().open(config, surroundings);
    store = opened;
    var account = opened.account(new AccountOwner(USER, Accounts.own(), null));
    try (var inbox = done(account.open(MailboxName.INBOX))) {
      view = done(inbox.view(Access.READ));
    }
    key =
        switch (search) {
          case "all" -> new SearchKey.All();
          case "subject" -> new SearchKey.Header("Subject", "kiln 77");
          case "from" -> new SearchKey.Address(SearchKey.AddressField.FROM, "potter77@");
          case "bodyOfOne" -> new SearchKey.Body("number 7777 of all");
          case "bodyOfMost" -> new SearchKey.Body("glaze");
          case "textOfSome" -> new SearchKey.Text("needle-77");
          case "bodyNotAscii" -> new SearchKey.Body("töpferei 77");
          default -> throw new IllegalArgumentException(search);
        };
  }

  private static <T> T done(StoreResult<T> result) {
    return switch (result) {
      case StoreResult.Done<T>(T value) -> value;
      case StoreResult.Failed<T>(var failure) -> throw new IllegalStateException(failure.detail());
    };
  }

  private void writeSpool(Path spool) throws IOException {
    try (var out = Files.newBufferedWriter(spool, ISO_8859_1)) {
      for (int number = 0; number < MESSAGES; number++) {
        out.write(message(number));
      }
    }
  }

  private String message(int number) {
    var mark = "needle-%d\nnumber %d of all\n".formatted(number % 1000, number);
    var header =
        """
        From tea@pot.example Thu Nov  9 22:33:52 2023
        Received: from kiln.example by pot.example; Thu, 09 Nov 2023 22:33:52 +0000
        Received: from mud.example by kiln.example; Thu, 09 Nov 2023 22:33:51 +0000
        Message-ID: <%1$d@kiln.example>
        Date: Thu, 09 Nov 2023 22:33:52 +0000
        From: "A Potter" <potter%1$d@kiln.example>
        To: tea@pot.example
        Subject: Kiln %1$d
        MIME-Version: 1.0
        """
            .formatted(number);
    int kind = number % 20;
    if (kind < 9) {
      return header + "\n" + lines(90, "") + mark + "\n";
    }
    if (kind < 12) {
      var type = "Content-Type: text/plain; charset=iso-8859-1\n\n";
      return header + type + lines(90, " T\u00f6pferei") + mark + "\n";
    }
    var parts =
        "Content-Type: multipart/mixed; boundary=\"=_b\"\n\n--=_b\n\n" + lines(30, "") + mark;
    if (kind < 15) {
      return header
          + parts
          + "--=_b\nContent-Type: text/html; charset=utf-8\n"
          + "Content-Transfer-Encoding: quoted-printable\n\n"
          + lines(60, "=C3=A9</p>")
          + "--=_b--\n\n";
    }
    byte[] attachment = new byte[10_000];
    random.nextBytes(attachment);
    return header
        + parts
        + "--=_b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
        + Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(attachment)
        + "\n--=_b--\n\n";
  }

  private String lines(int count, String end) {
    var words = List.of("the", "clay", "of", "pots", "and", "glaze", "is", "wet", "Tuesday");
    var lines = new StringBuilder();
    for (int line = 0; line < count; line++) {
      for (int word = 8 + random.nextInt(10); word > 0; word--) {
        lines.append(words.get(random.nextInt(words.size()))).append(' ');
      }
      lines.append(end).append('\n');
    }
    return lines.toString();
  }

  /// Lets the mailbox go and removes it.
  @TearDown
  public void remove() throws IOException {
    Objects.requireNonNull(view).close();
    Objects.requireNonNull(store).close();
    try (var all = Files.walk(folder)) {
      for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /// One search.
  @Benchmark
  public int search() {
    try (var evaluator = new SearchEvaluator(Objects.requireNonNull(view), key, Instant.EPOCH)) {
      while (evaluator.slice()) {
        // go on
      }
      return evaluator.found().cardinality();
    }
  }
}
