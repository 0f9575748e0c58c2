package org.popinjay.mailstore.mbox.ledger;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.popinjay.config.IdTemplate.Source;
import org.popinjay.config.Template;
import org.popinjay.mailstore.AccountOwner;
import org.popinjay.mailstore.dovecot.DovecotIndexReader;
import org.popinjay.mailstore.dovecot.DovecotIndexReader.Reading;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.mailstore.mbox.ids.IdDigests;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.spool.SpoolFile;
import org.popinjay.mailstore.mbox.spool.SpoolReader;
import org.popinjay.mailstore.mbox.text.ImapBase;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.posix.FileStat;
import org.popinjay.posix.SpoolOpening;
import org.popinjay.posix.SpoolRules;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The index that Dovecot kept of a mailbox: flags and UIDs that it had still to write into the
/// spool, or could not.
///
/// The files are the user's own and opened with his rights. Whatever is wrong with them, the first
/// look at the mailbox goes on without, and says so. Used under the lock chain of the spool.
public final class EarlierIndex {
  private static final Logger LOG = LoggerFactory.getLogger(EarlierIndex.class);
  private static final String INBOX = "/.imap/INBOX";

  /// An index is larger than this only if it has more messages than the spool, or a log that nobody
  /// rotated.
  private static final long LEAST_LIMIT_OCTETS = 4 << 20;

  private static final long OCTETS_PER_MESSAGE = 256;
  private static final long MOST_OCTETS = 1 << 30;

  private final MboxEnvironment environment;
  private final AccountOwner owner;
  private final SpoolFile spool;
  private final SpoolReader reader;

  public EarlierIndex(MboxEnvironment environment, AccountOwner owner, SpoolFile spool) {
    this.environment = environment;
    this.owner = owner;
    this.spool = spool;
    reader = new SpoolReader(environment, spool);
  }

  /// Looks for the messages of a spool in its index.
  ///
  /// @param found as scanned
  /// @param base what the spool says of itself, or null
  /// @param stated the UIDs that it says its messages have, or null if they are not sound
  /// @return null if there is no index
  @Nullable IndexMatch match(MessageTable found, @Nullable ImapBase base, int @Nullable [] stated)
      throws IOException {
    var folder = folder();
    if (folder.isEmpty()) {
      return null;
    }
    var match = match(folder.get(), found, base, stated);
    if (match != null && !match.holds()) {
      LOG.warn(
          "what Dovecot kept of {} in {} is not taken over: {}",
          spool.path(),
          folder.get(),
          match.report().fault());
    }
    return match;
  }

  private @Nullable IndexMatch match(
      String folder, MessageTable found, @Nullable ImapBase base, int @Nullable [] stated)
      throws IOException {
    long most = Math.min(MOST_OCTETS, LEAST_LIMIT_OCTETS + OCTETS_PER_MESSAGE * found.count());
    Reading reading;
    try (var arena = Arena.ofConfined()) {
      var main = read(folder + "/dovecot.index", most, arena);
      var log = read(folder + "/dovecot.index.log", most, arena);
      if (main == null && log == null) {
        return null;
      }
      reading =
          DovecotIndexReader.read(main, log, read(folder + "/dovecot.index.log.2", most, arena));
    } catch (IOException e) {
      return IndexMatch.refused(String.valueOf(e.getMessage()));
    }
    var stat = spool.stat();
    return switch (reading) {
      case Reading.Unsound(String why) -> IndexMatch.refused(why);
      case Reading.Read(var index) ->
          IndexMatch.of(index, found, base, stated, stat, row -> digest(found, row));
    };
  }

  private String digest(MessageTable found, int row) throws IOException {
    return new IdDigests(new byte[0], reader.header(found, row))
        .of(Source.MD5_DOVECOT)
        .orElseThrow();
  }

  /// Where it lies: that of INBOX by the settings, others in the same way below the same root.
  private Optional<String> folder() {
    var user =
        new Template.User(
            owner.name(),
            Optional.ofNullable(owner.home()),
            OptionalLong.of(Integer.toUnsignedLong(owner.identity().uid())));
    if (!(environment.dovecotIndex().expand(user)
        instanceof Template.Expansion.Expanded(String inbox))) {
      return Optional.empty();
    }
    var place = spool.place();
    if (!place.isFolder()) {
      return Optional.of(inbox);
    }
    if (!inbox.endsWith(INBOX)) {
      return Optional.empty();
    }
    var root = inbox.substring(0, inbox.length() - INBOX.length());
    int slash = place.file().lastIndexOf('/');
    var above = slash < 0 ? "" : "/" + place.file().substring(0, slash);
    return Optional.of(root + above + "/.imap/" + place.fileName());
  }

  /// The content of a file, or null if there is none.
  ///
  /// @throws IOException when it cannot be had; the message says why
  private @Nullable ByteBuffer read(String path, long most, Arena arena) throws IOException {
    var opening = open(path, most, environment.rules().spoolGroup());
    if (opening instanceof SpoolOpening.Refused) {
      // Dovecot lets the user's own group write.
      opening = open(path, most, OptionalInt.of(owner.identity().gid()));
    }
    return switch (opening) {
      case SpoolOpening.Missing _ -> null;
      case SpoolOpening.Refused(String reason) -> throw new IOException(reason);
      case SpoolOpening.Opened(int descriptor, FileStat stat, var _) -> {
        try {
          var content = arena.allocate(Math.max(1, stat.size())).asByteBuffer();
          WholeTransfers.readUpToEnd(
              environment.files(), descriptor, content.limit((int) stat.size()), 0);
          yield content.flip();
        } finally {
          Replacement.quietly(() -> environment.files().close(descriptor));
        }
      }
    };
  }

  private SpoolOpening open(String path, long most, OptionalInt group) throws IOException {
    var rules = new SpoolRules(most, environment.rules().rootOwnedAllowed(), group);
    return environment.safeOpen().openSpool(path, owner.identity(), rules);
  }
}
