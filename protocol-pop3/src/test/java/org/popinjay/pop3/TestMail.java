package org.popinjay.pop3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
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

  /// An mbox spool in a folder of the test.
  final class Spool implements TestMail {
    private final Path file;
    private final MailStore store;

    private Spool(Path folder) {
      try {
        var spools = Files.createDirectories(folder.resolve("spool"));
        file = spools.resolve(Pop3TestServer.USER);
        var mail =
            Settings.changed(
                Settings.changed(
                    Settings.changed(
                        MailConfig.DEFAULTS, "spool", Template.parse(spools + "/{user}")),
                    "state",
                    folder.resolve("state")),
                "identity",
                MailConfig.Identity.PROCESS);
        store =
            new MboxStoreProvider()
                .open(
                    Settings.changed(PopinjayConfig.DEFAULTS, "mail", mail),
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
