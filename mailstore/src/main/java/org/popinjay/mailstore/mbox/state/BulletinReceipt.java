package org.popinjay.mailstore.mbox.state;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.popinjay.posix.OpenFlags.NON_BLOCKING;
import static org.popinjay.posix.OpenFlags.NO_FOLLOW;
import static org.popinjay.posix.OpenFlags.READ;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.popinjay.mailstore.mbox.disk.Replacement;
import org.popinjay.posix.Errno;
import org.popinjay.posix.PosixException;

/// That a user has got bulletins which the file that counts them does not tell yet: a crash came in
/// between, or the home was full. Lies in his folder of the state directory for so long.
///
/// Holds only while the other file says what it said before: an operator who sets that back wants
/// bulletins sent again.
///
/// @param before what the file that counts said when they were put into the mailbox
/// @param upTo what it ought to say
public record BulletinReceipt(int before, int upTo) {
  private static final String NAME = "bulletins.receipt";
  private static final int MOST_OCTETS = 64;

  /// Which one a user had last, given what the file that counts says.
  public static int last(@Nullable BulletinReceipt receipt, int counted) {
    return receipt != null && receipt.before == counted ? Math.max(receipt.upTo, counted) : counted;
  }

  /// Reads that of a user; null if there is none.
  public static @Nullable BulletinReceipt read(UserState folder) throws PosixException {
    var files = folder.files();
    int descriptor;
    try {
      descriptor = files.open(folder.file(NAME), READ | NO_FOLLOW | NON_BLOCKING, 0);
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
        return null;
      }
      throw e;
    }
    try (var arena = Arena.ofConfined()) {
      var into = arena.allocate(MOST_OCTETS).asByteBuffer();
      Replacement.readFully(files, descriptor, into, 0);
      return parse(US_ASCII.decode(into.flip()).toString());
    } finally {
      files.close(descriptor);
    }
  }

  private static @Nullable BulletinReceipt parse(String text) {
    int blank = text.indexOf(' ');
    try {
      return blank < 0
          ? null
          : new BulletinReceipt(
              Integer.parseInt(text.substring(0, blank)),
              Integer.parseInt(text.substring(blank + 1).strip()));
    } catch (NumberFormatException _) {
      return null;
    }
  }

  /// Keeps it, durably.
  public void write(UserState folder) throws PosixException {
    folder.make();
    writeLine(folder, NAME, before + " " + upTo + "\n");
  }

  /// Replaces one of the small files in a user's folder, durably.
  public static void writeLine(UserState folder, String name, String line) throws PosixException {
    var octets = line.getBytes(US_ASCII);
    try (var arena = Arena.ofConfined();
        var replacement = new Replacement(folder.files(), folder.path(), name)) {
      ByteBuffer direct = arena.allocate(octets.length).asByteBuffer().put(octets).flip();
      replacement.write(direct);
      folder.files().close(replacement.commitDurably());
    }
  }

  /// Forgets it. Need not be durable: the other file says something else by now.
  public static void remove(UserState folder) {
    Replacement.quietly(() -> folder.files().unlink(folder.file(NAME)));
  }
}
