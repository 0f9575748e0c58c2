package org.popinjay.mailstore.mbox.drop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.FlagSet;
import org.popinjay.mailstore.MessageContent;
import org.popinjay.mailstore.StoreFailure;
import org.popinjay.mailstore.Uid;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.mailstore.mbox.disk.StoreFailures;
import org.popinjay.mailstore.mbox.disk.WholeTransfers;
import org.popinjay.mailstore.mbox.ids.KeptIds;
import org.popinjay.mailstore.mbox.spool.MboxEnvironment;
import org.popinjay.mailstore.mbox.text.MessageTable;
import org.popinjay.mailstore.mbox.text.MessageTable.Bits;
import org.popinjay.mailstore.mbox.text.Presentation;
import org.popinjay.posix.FileStat;

/// Mail that popper or qpopper left in `.USER.pop` and that cannot be put back into the spool now,
/// to be read where it lies.
///
/// Nobody is kept from the file: as soon as it is not what it was, what is read of it is gone.
public final class LeftMail implements AutoCloseable {
  private static final int WINDOW_OCTETS = 64 << 10;

  private final MboxEnvironment environment;
  private final String path;
  private final int descriptor;
  private final FileStat stamp;
  private final MessageTable table;
  private final KeptIds ids;
  private final int[] spoolUids;
  private final boolean trustsFlags;

  /// Takes the descriptor and the columns over.
  ///
  /// @param stamp what the file looks like as long as the table holds
  /// @param table the messages of the file; those that the spool does not have, with the UIDs that
  ///   are next
  /// @param ids what these will be known by
  /// @param spoolUids for each message the UID of the same in the spool, or 0
  LeftMail(
      MboxEnvironment environment,
      String path,
      int descriptor,
      FileStat stamp,
      MessageTable table,
      KeptIds ids,
      int[] spoolUids) {
    this.environment = environment;
    this.path = path;
    this.descriptor = descriptor;
    this.stamp = stamp;
    this.table = table;
    this.ids = ids;
    this.spoolUids = spoolUids;
    trustsFlags = environment.trustDelivered();
  }

  /// Messages in the file.
  public int count() {
    return table.count();
  }

  /// UID of the same message in the spool, or 0 if it is not there.
  public int spoolUid(int row) {
    return spoolUids[row];
  }

  /// Size of a message on the wire.
  public long octets(int row) {
    return table.completeOctets(row);
  }

  /// UID that a message would get.
  public Uid uid(int row) {
    return new Uid(table.uid(row));
  }

  /// Id that a message keeps; null if its id is made of its UID.
  public @Nullable String keptId(int row) {
    return ids.of(table.uid(row));
  }

  /// The flags that it will have.
  public FlagSet flags(int row) {
    return trustsFlags
        ? new FlagSet((table.bits(row) & Bits.FLAGS) >> Bits.FLAGS_SHIFT)
        : FlagSet.NONE;
  }

  /// When a message came.
  public Instant arrived(int row) {
    return Instant.ofEpochSecond(table.internalDate(row));
  }

  /// Opens the text of a message.
  public MessageContent content(int row) {
    return new Content(row);
  }

  /// Fills a buffer with stored octets.
  ///
  /// @return false if the file is not what it was
  private boolean read(ByteBuffer into, long at) throws IOException {
    int missing = WholeTransfers.readUpToEnd(environment.files(), descriptor, into, at);
    var now = environment.files().stat(descriptor);
    return missing == 0
        && now.size() == stamp.size()
        && now.modifiedNanos() == stamp.modifiedNanos();
  }

  /// Gives the file back.
  @Override
  public void close() {
    Replacement.quietly(() -> environment.files().close(descriptor));
  }

  /// One of them.
  private final class Content implements MessageContent {
    private final long octets;
    private final long end;
    private final Presentation presentation;
    private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_OCTETS).limit(0);
    private long at;

    Content(int row) {
      octets = LeftMail.this.octets(row);
      at = table.headerStart(row);
      end = table.contentEnd(row);
      presentation = new Presentation(table.headerOctets(row), table.bits(row));
    }

    @Override
    public long octets() {
      return octets;
    }

    @Override
    public Chunk read(ByteBuffer into) {
      int from = into.position();
      try {
        while (into.remaining() >= 2 && !presentation.isFinished()) {
          if (!window.hasRemaining() && at < end) {
            window.clear().limit((int) Math.min(WINDOW_OCTETS, end - at));
            if (!LeftMail.this.read(window, at)) {
              into.position(from);
              return new Chunk.Lost(new StoreFailure.Gone(path + " is not what it was"));
            }
            window.flip();
            at += window.limit();
          }
          presentation.convert(window, at == end, into);
        }
      } catch (IOException e) {
        into.position(from);
        return new Chunk.Lost(StoreFailures.of(e));
      }
      return new Chunk.Octets(into.position() - from);
    }

    @Override
    public void close() {}
  }
}
