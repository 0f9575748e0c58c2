package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.popinjay.config.BboardsConfig;
import org.popinjay.config.MailConfig;
import org.popinjay.config.PopinjayConfig;
import org.popinjay.config.Template;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.MailStore;
import org.popinjay.mailstore.Maildrop;
import org.popinjay.mailstore.MaildropClaims;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreEvents;
import org.popinjay.mailstore.StoreResult;
import org.popinjay.mailstore.StoreStartException;
import org.popinjay.mailstore.StoreSurroundings;
import org.popinjay.mailstore.mbox.MboxStoreProvider;
import org.popinjay.mailstore.memory.MemoryStore;
import org.popinjay.posix.Accounts;
import org.popinjay.posix.Posix;
import org.popinjay.posix.UserIdentity;
import org.popinjay.wire.transcript.Awaited;
import org.popinjay.wire.transcript.RecordCopy;

/// The mail of the user of the transcripts, in one engine or the other.
interface TestMail {

  /// The engine.
  MailStore store();

  /// Fills the maildrop, which is empty so far.
  ///
  /// @param mbox messages behind separator lines, with LF
  void fill(byte[] mbox);

  /// The messages that are there now, as they look on the wire.
  List<byte[]> messages();

  /// Makes something happen that no client can bring about.
  default void prepare(String what) {
    throw new IllegalArgumentException("nobody knows how to: " + what);
  }

  /// The file of a board.
  default byte[] board(String name) {
    throw new IllegalArgumentException("no board: " + name);
  }

  /// In memory.
  static TestMail memory(MemoryStore store) {
    return new TestMail() {
      @Override
      public MailStore store() {
        return store;
      }

      @Override
      public void fill(byte[] mbox) {
        var message = new StringBuilder();
        new String(mbox, ISO_8859_1)
            .lines()
            .forEach(line -> {
              if (line.startsWith("From ")) {
                deliver(message);
              } else {
                message.append(line).append('\n');
              }
            });
        deliver(message);
      }

      // Without the blank line that stands before the next separator.
      private void deliver(StringBuilder message) {
        if (!message.isEmpty()) {
          store.deliver(
              Pop3TestServer.USER, message.substring(0, message.length() - 1).getBytes(ISO_8859_1));
          message.setLength(0);
        }
      }

      @Override
      public List<byte[]> messages() {
        return store.messages(Pop3TestServer.USER);
      }
    };
  }

  /// In an mbox spool.
  ///
  /// @param folder empty
  static TestMail spool(Path folder) {
    return new Spool(folder);
  }

  /// In an mbox spool, with boards beside it.
  ///
  /// @param folder empty
  static TestMail withBoards(Path folder) {
    return withBoards(folder, MailConfig.DEFAULTS.locks().timeout());
  }

  /// The same with another patience for locks.
  static TestMail withBoards(Path folder, Duration patience) {
    return new Spool(
        folder,
        patience,
        new BboardsConfig(
            Optional.of(folder.resolve("boards")),
            Optional.of(folder.resolve("archive")),
            false,
            List.of()));
  }

  /// An mbox spool in a folder of the test.
  final class Spool implements TestMail {
    private static final String NOTES =
        """
        aliases: house, tea-room
        info: .what happens here
        leaders: postmaster
        address: news@example.org
        request: news-request@example.org
        feed-in: tea@example.net
        feeds-out: pot@example.net
        flags: 12
        password: secret
        """;

    private static final Path FILES = Path.of("src/test/resources/transcripts/mail");

    private final Path folder;
    private final Path file;
    private final MailStore store;

    private Spool(Path folder) {
      this(folder, MailConfig.DEFAULTS.locks().timeout(), BboardsConfig.DEFAULTS);
    }

    private Spool(Path folder, Duration patience, BboardsConfig boards) {
      this.folder = folder;
      try {
        for (var kept :
            Stream.concat(boards.dir().stream(), boards.archiveDir().stream()).toList()) {
          var made = Files.createDirectories(kept);
          Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        var spools = Files.createDirectories(folder.resolve("spool"));
        file = spools.resolve(Pop3TestServer.USER);
        var mail =
            RecordCopy.changed(
                RecordCopy.changed(
                    RecordCopy.changed(
                        MailConfig.DEFAULTS, "spool", Template.parse(spools + "/{user}")),
                    "state",
                    folder.resolve("state")),
                "identity",
                MailConfig.Identity.PROCESS);
        mail = RecordCopy.changed(mail, "locks", "timeout", patience);
        store =
            new MboxStoreProvider()
                .open(
                    RecordCopy.changed(
                        RecordCopy.changed(PopinjayConfig.DEFAULTS, "mail", mail),
                        "bboards",
                        boards),
                    new StoreSurroundings(
                        Posix.files(),
                        UserIdentity.process(),
                        InstantSource.system(),
                        RandomGenerator.of("L64X128MixRandom"),
                        StoreEvents.NONE));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (StoreStartException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public MailStore store() {
      return store;
    }

    @Override
    public void fill(byte[] mbox) {
      try {
        Files.write(file, mbox);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /// `posts NAME FILE`, `archives NAME FILE`: appends to a board as its keeper does; `takes NAME`
    /// takes it away, `notes NAME` says what it is.
    @Override
    public void prepare(String what) {
      var words = new StringTokenizer(what);
      var verb = words.nextToken();
      var name = words.nextToken();
      var board = folder.resolve(verb.equals("archives") ? "archive" : "boards");
      try {
        switch (verb) {
          case "posts", "archives" ->
              append(
                  board.resolve(name + ".mbox"),
                  Files.readAllBytes(FILES.resolve(words.nextToken())));
          case "notes" -> append(board.resolve(name + ".info"), NOTES.getBytes(ISO_8859_1));
          case "takes" -> Files.delete(board.resolve(name + ".mbox"));
          default -> throw new IllegalArgumentException(what);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void append(Path file, byte[] octets) throws IOException {
      Files.write(file, octets, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Override
    public byte[] board(String name) {
      try {
        return Files.readAllBytes(folder.resolve("boards").resolve(name + ".mbox"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public List<byte[]> messages() {
      var owner = new AccountOwner(Pop3TestServer.USER, Accounts.own(), null);
      var claims = new ArrayList<Maildrop>();
      // The last session may be about to give its claim back.
      Awaited.until(() ->
          store.account(owner).claim(new Reader()) instanceof StoreResult.Done<Maildrop>(var it)
              && claims.add(it));
      try (var maildrop = claims.getFirst()) {
        var messages = new ArrayList<byte[]>();
        for (int number = 1; number <= maildrop.count(); number++) {
          messages.add(read(maildrop, number));
        }
        return messages;
      }
    }

    private static byte[] read(Maildrop maildrop, int number) {
      var octets = ByteBuffer.allocateDirect((int) maildrop.octets(number) + 16);
      try (var content = done(maildrop.content(number))) {
        MessageContent.Chunk chunk;
        do {
          chunk = content.read(octets);
        } while (chunk instanceof MessageContent.Chunk.Octets(int count) && count > 0);
      }
      var message = new byte[octets.flip().remaining()];
      octets.get(message);
      return message;
    }

    private static <T> T done(StoreResult<T> result) {
      if (result instanceof StoreResult.Done<T>(T value)) {
        return value;
      }
      throw new AssertionError(result);
    }
  }

  /// A session that waits its turn.
  final class Reader implements MaildropClaims.Holder {
    @Override
    public Duration silence() {
      return Duration.ZERO;
    }

    @Override
    public Duration patience() {
      return Duration.ofDays(1);
    }

    @Override
    public void replaced() {}
  }
}
